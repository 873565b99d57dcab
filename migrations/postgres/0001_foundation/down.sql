DROP TABLE leases, attempts, audit_events, secret_versions, secrets, vaults, refresh_tokens,
    revoked_tokens, sessions, api_keys, login_addresses, users, org_usage, orgs, installation_keys,
    installation;
