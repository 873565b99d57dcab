-- Names of constraints are spelled out so that both stores report a conflict by the same name.

CREATE TABLE installation (
    id smallint NOT NULL CONSTRAINT installation_id_key PRIMARY KEY CHECK (id = 1),
    master_key bytea CHECK (octet_length(master_key) = 16)
);
INSERT INTO installation (id) VALUES (1);

CREATE TABLE installation_keys (
    id text COLLATE "C" NOT NULL CONSTRAINT installation_keys_id_key PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('token_signing', 'keyed_hash')),
    master_key bytea NOT NULL CHECK (octet_length(master_key) = 16),
    wrapped bytea NOT NULL,
    public_key bytea,
    created_at timestamptz NOT NULL,
    retires_at timestamptz
);

CREATE TABLE orgs (
    id uuid NOT NULL CONSTRAINT orgs_id_key PRIMARY KEY,
    name text NOT NULL,
    tier text NOT NULL CHECK (tier IN ('free', 'pro', 'business', 'enterprise')),
    is_platform boolean NOT NULL,
    authz_epoch bigint NOT NULL DEFAULT 0 CHECK (authz_epoch >= 0),
    created_at timestamptz NOT NULL
);
-- One organization at most runs the installation.
CREATE UNIQUE INDEX orgs_is_platform_key ON orgs (is_platform) WHERE is_platform;

-- Apart from orgs, so that counting does not wait for those who hold the organization's access.
CREATE TABLE org_usage (
    org_id uuid NOT NULL CONSTRAINT org_usage_org_id_key PRIMARY KEY
        REFERENCES orgs (id) ON DELETE CASCADE,
    vaults bigint NOT NULL DEFAULT 0 CHECK (vaults >= 0),
    secrets bigint NOT NULL DEFAULT 0 CHECK (secrets >= 0)
);

CREATE TABLE users (
    id uuid NOT NULL CONSTRAINT users_id_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    email text COLLATE "C" NOT NULL CONSTRAINT users_email_key UNIQUE,
    display_name text NOT NULL,
    auth_method text NOT NULL CHECK (auth_method IN ('password', 'google', 'api_key')),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    email_verified boolean NOT NULL,
    marketing_emails boolean NOT NULL,
    password_hash text,
    created_at timestamptz NOT NULL,
    CONSTRAINT users_org_id_id_key UNIQUE (org_id, id)
);

CREATE TABLE login_addresses (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    address bytea NOT NULL CHECK (octet_length(address) = 32),
    last_seen_at timestamptz NOT NULL,
    CONSTRAINT login_addresses_user_id_address_key PRIMARY KEY (user_id, address),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);

CREATE TABLE api_keys (
    id uuid NOT NULL CONSTRAINT api_keys_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL CONSTRAINT api_keys_key_hash_key UNIQUE CHECK (octet_length(key_hash) = 32),
    scopes jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_org_id_id_key UNIQUE (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);
CREATE INDEX api_keys_by_user ON api_keys (org_id, user_id, created_at, id);

CREATE TABLE sessions (
    id uuid NOT NULL CONSTRAINT sessions_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    method text NOT NULL CHECK (method IN ('password', 'google', 'api_key')),
    api_key_id uuid,
    auth_time timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    logged_out_at timestamptz,
    CONSTRAINT sessions_org_id_id_key UNIQUE (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, api_key_id) REFERENCES api_keys (org_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (org_id, user_id);
CREATE INDEX sessions_by_api_key ON sessions (org_id, api_key_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE revoked_tokens (
    token_id uuid NOT NULL CONSTRAINT revoked_tokens_token_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz NOT NULL,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE
);
CREATE INDEX revoked_tokens_by_session ON revoked_tokens (org_id, session_id);
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);

CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL CONSTRAINT refresh_tokens_token_hash_key PRIMARY KEY
        CHECK (octet_length(token_hash) = 32),
    org_id uuid NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (org_id, session_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

CREATE TABLE vaults (
    id uuid NOT NULL CONSTRAINT vaults_id_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    kek bytea NOT NULL,
    kek_master_key bytea NOT NULL CHECK (octet_length(kek_master_key) = 16),
    CONSTRAINT vaults_org_id_id_key UNIQUE (org_id, id)
);
CREATE INDEX vaults_by_age ON vaults (org_id, created_at, id);

CREATE TABLE secrets (
    id uuid NOT NULL CONSTRAINT secrets_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    vault_id uuid NOT NULL,
    -- Bytes, not words: both stores order paths alike, and a prefix is a range.
    path text COLLATE "C" NOT NULL,
    latest_version bigint NOT NULL CHECK (latest_version >= 1),
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    -- The only index that begins with the vault: with another one at hand, the planner takes all
    -- paths of the vault for one row and walks over them to find a path.
    CONSTRAINT secrets_org_id_vault_id_path_key UNIQUE (org_id, vault_id, path),
    CONSTRAINT secrets_id_org_id_vault_id_key UNIQUE (id, org_id, vault_id),
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
);

CREATE TABLE secret_versions (
    id uuid NOT NULL CONSTRAINT secret_versions_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    vault_id uuid NOT NULL,
    secret_id uuid NOT NULL,
    number bigint NOT NULL CHECK (number >= 1),
    secret_type text NOT NULL,
    metadata jsonb NOT NULL,
    rotation_policy jsonb,
    envelope bytea NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    max_access_count bigint CHECK (max_access_count >= 1),
    access_count bigint NOT NULL DEFAULT 0 CHECK (access_count >= 0),
    disabled boolean NOT NULL DEFAULT false,
    deleted boolean NOT NULL DEFAULT false,
    CONSTRAINT secret_versions_secret_id_number_key UNIQUE (secret_id, number),
    CONSTRAINT secret_versions_count_within_max CHECK (access_count <= max_access_count),
    FOREIGN KEY (secret_id, org_id, vault_id) REFERENCES secrets (id, org_id, vault_id) ON DELETE CASCADE
) WITH (fillfactor = 80);

-- No foreign key: what was done outlives what it was done to.
CREATE TABLE audit_events (
    seq bigserial NOT NULL CONSTRAINT audit_events_seq_key PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT audit_events_id_key UNIQUE,
    org_id uuid,
    action text NOT NULL,
    actor_type text NOT NULL,
    actor_id text NOT NULL CHECK (actor_id <> ''),
    resource_type text NOT NULL,
    resource_id text NOT NULL CHECK (resource_id <> ''),
    details jsonb NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('ok', 'denied')),
    ip_address text,
    request_id text NOT NULL,
    created_at timestamptz NOT NULL,
    prev_event_id uuid,
    integrity_hash bytea
);
CREATE INDEX audit_events_by_org ON audit_events (org_id, seq);

CREATE TABLE attempts (
    attempt_key bytea NOT NULL CONSTRAINT attempts_attempt_key_key PRIMARY KEY
        CHECK (octet_length(attempt_key) = 32),
    tries bigint NOT NULL CHECK (tries >= 1),
    window_ends_at timestamptz NOT NULL
);
CREATE INDEX attempts_by_end ON attempts (window_ends_at);

CREATE TABLE leases (
    name text COLLATE "C" NOT NULL CONSTRAINT leases_name_key PRIMARY KEY,
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
