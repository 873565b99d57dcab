ALTER TABLE vaults ADD COLUMN is_system INTEGER NOT NULL DEFAULT 0 CHECK (is_system IN (0, 1));
-- One vault at most keeps an organization's agents' identity keys.
CREATE UNIQUE INDEX vaults_is_system_key ON vaults (org_id) WHERE is_system;
CREATE INDEX vaults_by_maker ON vaults (org_id, created_by);

ALTER TABLE org_usage ADD COLUMN agents INTEGER NOT NULL DEFAULT 0 CHECK (agents >= 0);

CREATE INDEX users_by_org ON users (org_id, created_at, id);

CREATE TABLE agents (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    scopes TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    intents_api_enabled INTEGER NOT NULL CHECK (intents_api_enabled IN (0, 1)),
    shroud_enabled INTEGER NOT NULL CHECK (shroud_enabled IN (0, 1)),
    token_ttl INTEGER CHECK (token_ttl BETWEEN 60 AND 86400),
    vault_ids TEXT NOT NULL,
    key_id BLOB NOT NULL,
    key_prefix TEXT NOT NULL,
    key_hash BLOB NOT NULL CONSTRAINT agents_key_hash_key UNIQUE CHECK (length(key_hash) = 32),
    key_expires_at INTEGER,
    ssh_public_key BLOB NOT NULL CHECK (length(ssh_public_key) = 32),
    ecdh_public_key BLOB NOT NULL CHECK (length(ecdh_public_key) = 65),
    environment TEXT,
    environment_locked INTEGER NOT NULL CHECK (environment_locked IN (0, 1)),
    env_auto_resolve INTEGER CHECK (env_auto_resolve IN (0, 1)),
    extras TEXT NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_active_at INTEGER,
    CONSTRAINT agents_org_id_id_key UNIQUE (org_id, id)
) STRICT;
CREATE INDEX agents_by_age ON agents (org_id, created_at, id);

CREATE TABLE revoked_agent_tokens (
    token_id BLOB NOT NULL CHECK (length(token_id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, agent_id) REFERENCES agents (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX revoked_agent_tokens_by_agent ON revoked_agent_tokens (org_id, agent_id);
CREATE INDEX revoked_agent_tokens_by_end ON revoked_agent_tokens (expires_at);

CREATE TABLE policies (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    vault_id BLOB NOT NULL,
    -- `user:<uuid>` or `agent:<uuid>`; whoever removes the one removes these.
    principal TEXT NOT NULL,
    pattern TEXT NOT NULL,
    permissions TEXT NOT NULL,
    effect TEXT NOT NULL,
    priority INTEGER NOT NULL,
    conditions TEXT NOT NULL,
    attribute_conditions TEXT NOT NULL,
    tx_conditions TEXT,
    schema_version INTEGER NOT NULL,
    expires_at INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX policies_by_vault ON policies (org_id, vault_id, created_at, id);
CREATE INDEX policies_by_principal ON policies (org_id, principal);

CREATE TABLE invites (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    token_hash BLOB NOT NULL CONSTRAINT invites_token_hash_key UNIQUE CHECK (length(token_hash) = 32),
    mailed INTEGER NOT NULL CHECK (mailed IN (0, 1)),
    invited_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT invites_org_id_email_key UNIQUE (org_id, email),
    FOREIGN KEY (org_id, invited_by) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX invites_by_age ON invites (org_id, created_at, id);
CREATE INDEX invites_by_end ON invites (expires_at);

CREATE TABLE ip_rules (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    rule_type TEXT NOT NULL CHECK (rule_type IN ('allow', 'deny')),
    cidr TEXT NOT NULL,
    label TEXT,
    applies_to TEXT NOT NULL CHECK (applies_to IN ('all', 'users', 'agents')),
    created_by BLOB,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ip_rules_by_age ON ip_rules (org_id, created_at, id);

-- No organization until one takes the agent in.
CREATE TABLE enrollments (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    human_email TEXT,
    public_key BLOB CHECK (length(public_key) = 32),
    link_hash BLOB NOT NULL CONSTRAINT enrollments_link_hash_key UNIQUE CHECK (length(link_hash) = 32),
    poll_hash BLOB CHECK (length(poll_hash) = 32),
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied')),
    org_id BLOB REFERENCES orgs (id) ON DELETE CASCADE,
    agent_id BLOB,
    sealed_key BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX enrollments_by_end ON enrollments (expires_at);

-- What one principal did, newest first: for those who ask what a change of policies would flip.
CREATE INDEX audit_events_by_actor ON audit_events (org_id, actor_id, seq);
