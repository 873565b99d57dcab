ALTER TABLE sessions ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1));
-- Of a device that was let in; `method` then says `api_key`, which an instance that does not know this
-- column takes for less than it is, and never for more.
ALTER TABLE sessions ADD COLUMN by_device INTEGER NOT NULL DEFAULT 0 CHECK (by_device IN (0, 1));

ALTER TABLE vaults ADD COLUMN cmek_fingerprint TEXT CHECK (length(cmek_fingerprint) = 64);
ALTER TABLE secret_versions ADD COLUMN cmek_fingerprint TEXT CHECK (length(cmek_fingerprint) = 64);
CREATE INDEX secret_versions_by_cmek ON secret_versions (org_id, vault_id, cmek_fingerprint, id)
    WHERE cmek_fingerprint IS NOT NULL;

-- None of these accounts exists: each becomes one with its own link.
CREATE TABLE pending_signups (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    email TEXT NOT NULL,
    token_hash BLOB NOT NULL CONSTRAINT pending_signups_token_hash_key UNIQUE CHECK (length(token_hash) = 32),
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    may_be_first INTEGER NOT NULL CHECK (may_be_first IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_signups_by_email ON pending_signups (email);
CREATE INDEX pending_signups_by_end ON pending_signups (expires_at);

CREATE TABLE account_proofs (
    token_hash BLOB NOT NULL PRIMARY KEY
        CHECK (length(token_hash) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('verification', 'reset', 'challenge', 'step_up', 'email_change')),
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    about TEXT,
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX account_proofs_by_user ON account_proofs (org_id, user_id, kind, created_at);
CREATE INDEX account_proofs_by_end ON account_proofs (expires_at);

CREATE TABLE second_factors (
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL CHECK (length(user_id) = 16) PRIMARY KEY,
    sealed BLOB NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    last_step INTEGER NOT NULL,
    pending_until INTEGER NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE recovery_codes (
    code_hash BLOB NOT NULL PRIMARY KEY
        CHECK (length(code_hash) = 32),
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX recovery_codes_by_user ON recovery_codes (org_id, user_id);

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT identities_issuer_subject_key PRIMARY KEY (issuer, subject),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX identities_by_user ON identities (org_id, user_id);

-- No foreign keys: who let a device in may be gone before it asks, and it is to hear so.
CREATE TABLE device_grants (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    device_hash BLOB NOT NULL CONSTRAINT device_grants_device_hash_key UNIQUE CHECK (length(device_hash) = 32),
    user_code_hash BLOB NOT NULL CONSTRAINT device_grants_user_code_hash_key UNIQUE
        CHECK (length(user_code_hash) = 32),
    client TEXT NOT NULL,
    email TEXT,
    requested_from TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'redeemed')),
    org_id BLOB,
    user_id BLOB,
    poll_interval INTEGER NOT NULL CHECK (poll_interval >= 0),
    polled_at INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT device_grants_are_somebodys CHECK (
        (org_id IS NULL) = (user_id IS NULL)
        AND (state NOT IN ('approved', 'redeemed') OR user_id IS NOT NULL)
    )
) STRICT;
CREATE INDEX device_grants_by_user ON device_grants (org_id, user_id);
CREATE INDEX device_grants_by_end ON device_grants (expires_at);

CREATE TABLE shares (
    -- Random: it alone opens a share by link.
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    vault_id BLOB NOT NULL,
    secret_id BLOB NOT NULL,
    recipient_type TEXT NOT NULL
        CHECK (recipient_type IN ('user', 'agent', 'creator', 'external_email', 'anyone_with_link')),
    -- `user:<uuid>` or `agent:<uuid>`; whoever removes the one ends these.
    recipient TEXT,
    recipient_email TEXT,
    passphrase_hash TEXT,
    ip_allowlist TEXT,
    max_access_count INTEGER CHECK (max_access_count >= 1),
    access_count INTEGER NOT NULL DEFAULT 0 CHECK (access_count >= 0),
    notifies INTEGER NOT NULL CHECK (notifies IN (0, 1)),
    names_maker INTEGER NOT NULL CHECK (names_maker IN (0, 1)),
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    declined_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT shares_count_within_max CHECK (access_count <= max_access_count),
    CONSTRAINT shares_name_their_recipient CHECK (
        (recipient_type IN ('user', 'agent', 'creator')) = (recipient IS NOT NULL)
        AND (recipient_type = 'external_email') = (recipient_email IS NOT NULL)
    ),
    FOREIGN KEY (secret_id, org_id, vault_id) REFERENCES secrets (id, org_id, vault_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX shares_by_maker ON shares (org_id, created_by, created_at, id);
CREATE INDEX shares_by_recipient ON shares (recipient, created_at, id) WHERE recipient IS NOT NULL;
CREATE INDEX shares_by_email ON shares (recipient_email, created_at, id) WHERE recipient_email IS NOT NULL;
CREATE INDEX shares_by_secret ON shares (secret_id);
CREATE INDEX shares_by_end ON shares (expires_at);

CREATE TABLE cmek_jobs (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL,
    vault_id BLOB NOT NULL,
    old_fingerprint TEXT NOT NULL CHECK (length(old_fingerprint) = 64),
    new_fingerprint TEXT NOT NULL CHECK (length(new_fingerprint) = 64),
    state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
    total INTEGER NOT NULL CHECK (total >= 0),
    processed INTEGER NOT NULL CHECK (processed >= 0),
    failed INTEGER NOT NULL CHECK (failed >= 0),
    error TEXT,
    held_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX cmek_jobs_by_vault ON cmek_jobs (org_id, vault_id, created_at);
-- One rotation at most is written as running.
CREATE UNIQUE INDEX cmek_jobs_running_key ON cmek_jobs (vault_id) WHERE state = 'running';
