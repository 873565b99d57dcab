DROP INDEX audit_events_by_actor;
DROP TABLE enrollments, ip_rules, invites, policies, revoked_agent_tokens, agents;
DROP INDEX users_by_org, vaults_by_maker, vaults_is_system_key;
ALTER TABLE org_usage DROP COLUMN agents;
ALTER TABLE vaults DROP COLUMN is_system;
