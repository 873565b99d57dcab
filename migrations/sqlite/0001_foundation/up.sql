-- Ids are the 16 bytes of a UUID, times are microseconds since the Unix epoch, documents are JSON.

CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    master_key BLOB CHECK (length(master_key) = 16)
) STRICT;
INSERT INTO installation (id) VALUES (1);

CREATE TABLE installation_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('token_signing', 'keyed_hash')),
    master_key BLOB NOT NULL CHECK (length(master_key) = 16),
    wrapped BLOB NOT NULL,
    public_key BLOB,
    created_at INTEGER NOT NULL,
    retires_at INTEGER
) STRICT;

CREATE TABLE orgs (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    name TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('free', 'pro', 'business', 'enterprise')),
    is_platform INTEGER NOT NULL CHECK (is_platform IN (0, 1)),
    authz_epoch INTEGER NOT NULL DEFAULT 0 CHECK (authz_epoch >= 0),
    created_at INTEGER NOT NULL
) STRICT;
-- One organization at most runs the installation.
CREATE UNIQUE INDEX orgs_is_platform_key ON orgs (is_platform) WHERE is_platform;

-- Apart from orgs, so that counting does not wait for those who hold the organization's access.
CREATE TABLE org_usage (
    org_id BLOB NOT NULL PRIMARY KEY
        REFERENCES orgs (id) ON DELETE CASCADE,
    vaults INTEGER NOT NULL DEFAULT 0 CHECK (vaults >= 0),
    secrets INTEGER NOT NULL DEFAULT 0 CHECK (secrets >= 0)
) STRICT;

CREATE TABLE users (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    email TEXT NOT NULL CONSTRAINT users_email_key UNIQUE,
    display_name TEXT NOT NULL,
    auth_method TEXT NOT NULL CHECK (auth_method IN ('password', 'google', 'api_key')),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    marketing_emails INTEGER NOT NULL CHECK (marketing_emails IN (0, 1)),
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT users_org_id_id_key UNIQUE (org_id, id)
) STRICT;

CREATE TABLE login_addresses (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    address BLOB NOT NULL CHECK (length(address) = 32),
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, address),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE api_keys (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash BLOB NOT NULL CONSTRAINT api_keys_key_hash_key UNIQUE CHECK (length(key_hash) = 32),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_keys_org_id_id_key UNIQUE (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX api_keys_by_user ON api_keys (org_id, user_id, created_at, id);

CREATE TABLE sessions (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('password', 'google', 'api_key')),
    api_key_id BLOB,
    auth_time INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    logged_out_at INTEGER,
    CONSTRAINT sessions_org_id_id_key UNIQUE (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, api_key_id) REFERENCES api_keys (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_by_user ON sessions (org_id, user_id);
CREATE INDEX sessions_by_api_key ON sessions (org_id, api_key_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE revoked_tokens (
    token_id BLOB NOT NULL CHECK (length(token_id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX revoked_tokens_by_session ON revoked_tokens (org_id, session_id);
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);

CREATE TABLE refresh_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY
        CHECK (length(token_hash) = 32),
    org_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (org_id, session_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

CREATE TABLE vaults (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    kek BLOB NOT NULL,
    kek_master_key BLOB NOT NULL CHECK (length(kek_master_key) = 16),
    CONSTRAINT vaults_org_id_id_key UNIQUE (org_id, id)
) STRICT;
CREATE INDEX vaults_by_age ON vaults (org_id, created_at, id);

CREATE TABLE secrets (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    vault_id BLOB NOT NULL,
    -- Bytes, not words: both stores order paths alike, and a prefix is a range.
    path TEXT NOT NULL,
    latest_version INTEGER NOT NULL CHECK (latest_version >= 1),
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    -- The only index that begins with the vault: with another one at hand, the planner takes all
    -- paths of the vault for one row and walks over them to find a path.
    CONSTRAINT secrets_org_id_vault_id_path_key UNIQUE (org_id, vault_id, path),
    CONSTRAINT secrets_id_org_id_vault_id_key UNIQUE (id, org_id, vault_id),
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE secret_versions (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    vault_id BLOB NOT NULL,
    secret_id BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    secret_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    rotation_policy TEXT,
    envelope BLOB NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    max_access_count INTEGER CHECK (max_access_count >= 1),
    access_count INTEGER NOT NULL DEFAULT 0 CHECK (access_count >= 0),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    CONSTRAINT secret_versions_secret_id_number_key UNIQUE (secret_id, number),
    CONSTRAINT secret_versions_count_within_max CHECK (access_count <= max_access_count),
    FOREIGN KEY (secret_id, org_id, vault_id) REFERENCES secrets (id, org_id, vault_id) ON DELETE CASCADE
) STRICT;

-- No foreign key: what was done outlives what it was done to.
CREATE TABLE audit_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL CHECK (length(id) = 16) CONSTRAINT audit_events_id_key UNIQUE,
    org_id BLOB,
    action TEXT NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id TEXT NOT NULL CHECK (actor_id <> ''),
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL CHECK (resource_id <> ''),
    details TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'denied')),
    ip_address TEXT,
    request_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    prev_event_id BLOB,
    integrity_hash BLOB
) STRICT;
CREATE INDEX audit_events_by_org ON audit_events (org_id, seq);

CREATE TABLE attempts (
    attempt_key BLOB NOT NULL PRIMARY KEY
        CHECK (length(attempt_key) = 32),
    tries INTEGER NOT NULL CHECK (tries >= 1),
    window_ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_end ON attempts (window_ends_at);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
