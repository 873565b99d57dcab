ALTER TABLE vaults ADD COLUMN is_system boolean NOT NULL DEFAULT false;
-- One vault at most keeps an organization's agents' identity keys.
CREATE UNIQUE INDEX vaults_is_system_key ON vaults (org_id) WHERE is_system;
CREATE INDEX vaults_by_maker ON vaults (org_id, created_by);

ALTER TABLE org_usage ADD COLUMN agents bigint NOT NULL DEFAULT 0 CHECK (agents >= 0);

CREATE INDEX users_by_org ON users (org_id, created_at, id);

CREATE TABLE agents (
    id uuid NOT NULL CONSTRAINT agents_id_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL,
    scopes jsonb NOT NULL,
    is_active boolean NOT NULL,
    intents_api_enabled boolean NOT NULL,
    shroud_enabled boolean NOT NULL,
    token_ttl bigint CHECK (token_ttl BETWEEN 60 AND 86400),
    vault_ids jsonb NOT NULL,
    key_id uuid NOT NULL,
    key_prefix text NOT NULL,
    key_hash bytea NOT NULL CONSTRAINT agents_key_hash_key UNIQUE CHECK (octet_length(key_hash) = 32),
    key_expires_at timestamptz,
    ssh_public_key bytea NOT NULL CHECK (octet_length(ssh_public_key) = 32),
    ecdh_public_key bytea NOT NULL CHECK (octet_length(ecdh_public_key) = 65),
    environment text,
    environment_locked boolean NOT NULL,
    env_auto_resolve boolean,
    extras jsonb NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_active_at timestamptz,
    CONSTRAINT agents_org_id_id_key UNIQUE (org_id, id)
);
CREATE INDEX agents_by_age ON agents (org_id, created_at, id);

CREATE TABLE revoked_agent_tokens (
    token_id uuid NOT NULL CONSTRAINT revoked_agent_tokens_token_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz NOT NULL,
    FOREIGN KEY (org_id, agent_id) REFERENCES agents (org_id, id) ON DELETE CASCADE
);
CREATE INDEX revoked_agent_tokens_by_agent ON revoked_agent_tokens (org_id, agent_id);
CREATE INDEX revoked_agent_tokens_by_end ON revoked_agent_tokens (expires_at);

CREATE TABLE policies (
    id uuid NOT NULL CONSTRAINT policies_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    vault_id uuid NOT NULL,
    -- `user:<uuid>` or `agent:<uuid>`; whoever removes the one removes these.
    principal text COLLATE "C" NOT NULL,
    pattern text NOT NULL,
    permissions jsonb NOT NULL,
    effect text NOT NULL,
    priority bigint NOT NULL,
    conditions jsonb NOT NULL,
    attribute_conditions jsonb NOT NULL,
    tx_conditions jsonb,
    schema_version bigint NOT NULL,
    expires_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
);
CREATE INDEX policies_by_vault ON policies (org_id, vault_id, created_at, id);
CREATE INDEX policies_by_principal ON policies (org_id, principal);

CREATE TABLE invites (
    id uuid NOT NULL CONSTRAINT invites_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    token_hash bytea NOT NULL CONSTRAINT invites_token_hash_key UNIQUE CHECK (octet_length(token_hash) = 32),
    mailed boolean NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invites_org_id_email_key UNIQUE (org_id, email),
    FOREIGN KEY (org_id, invited_by) REFERENCES users (org_id, id) ON DELETE CASCADE
);
CREATE INDEX invites_by_age ON invites (org_id, created_at, id);
CREATE INDEX invites_by_end ON invites (expires_at);

CREATE TABLE ip_rules (
    id uuid NOT NULL CONSTRAINT ip_rules_id_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    rule_type text NOT NULL CHECK (rule_type IN ('allow', 'deny')),
    cidr text NOT NULL,
    label text,
    applies_to text NOT NULL CHECK (applies_to IN ('all', 'users', 'agents')),
    created_by uuid,
    created_at timestamptz NOT NULL
);
CREATE INDEX ip_rules_by_age ON ip_rules (org_id, created_at, id);

-- No organization until one takes the agent in.
CREATE TABLE enrollments (
    id uuid NOT NULL CONSTRAINT enrollments_id_key PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    human_email text COLLATE "C",
    public_key bytea CHECK (octet_length(public_key) = 32),
    link_hash bytea NOT NULL CONSTRAINT enrollments_link_hash_key UNIQUE CHECK (octet_length(link_hash) = 32),
    poll_hash bytea CHECK (octet_length(poll_hash) = 32),
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied')),
    org_id uuid REFERENCES orgs (id) ON DELETE CASCADE,
    agent_id uuid,
    sealed_key bytea,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX enrollments_by_end ON enrollments (expires_at);

-- What one principal did, newest first: for those who ask what a change of policies would flip.
CREATE INDEX audit_events_by_actor ON audit_events (org_id, actor_id, seq);
