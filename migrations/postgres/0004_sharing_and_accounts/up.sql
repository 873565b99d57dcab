ALTER TABLE sessions ADD COLUMN second_factor boolean NOT NULL DEFAULT false;
-- Of a device that was let in; `method` then says `api_key`, which an instance that does not know this
-- column takes for less than it is, and never for more.
ALTER TABLE sessions ADD COLUMN by_device boolean NOT NULL DEFAULT false;

ALTER TABLE vaults ADD COLUMN cmek_fingerprint text CHECK (length(cmek_fingerprint) = 64);
ALTER TABLE secret_versions ADD COLUMN cmek_fingerprint text CHECK (length(cmek_fingerprint) = 64);
CREATE INDEX secret_versions_by_cmek ON secret_versions (org_id, vault_id, cmek_fingerprint, id)
    WHERE cmek_fingerprint IS NOT NULL;

-- None of these accounts exists: each becomes one with its own link.
CREATE TABLE pending_signups (
    id uuid NOT NULL CONSTRAINT pending_signups_id_key PRIMARY KEY,
    email text COLLATE "C" NOT NULL,
    token_hash bytea NOT NULL CONSTRAINT pending_signups_token_hash_key UNIQUE CHECK (octet_length(token_hash) = 32),
    display_name text NOT NULL,
    password_hash text NOT NULL,
    may_be_first boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX pending_signups_by_email ON pending_signups (email);
CREATE INDEX pending_signups_by_end ON pending_signups (expires_at);

CREATE TABLE account_proofs (
    token_hash bytea NOT NULL CONSTRAINT account_proofs_token_hash_key PRIMARY KEY
        CHECK (octet_length(token_hash) = 32),
    kind text NOT NULL CHECK (kind IN ('verification', 'reset', 'challenge', 'step_up', 'email_change')),
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    about text,
    failures bigint NOT NULL DEFAULT 0 CHECK (failures >= 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);
CREATE INDEX account_proofs_by_user ON account_proofs (org_id, user_id, kind, created_at);
CREATE INDEX account_proofs_by_end ON account_proofs (expires_at);

CREATE TABLE second_factors (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL CONSTRAINT second_factors_user_id_key PRIMARY KEY,
    sealed bytea NOT NULL,
    is_on boolean NOT NULL,
    last_step bigint NOT NULL,
    pending_until timestamptz NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);

CREATE TABLE recovery_codes (
    code_hash bytea NOT NULL CONSTRAINT recovery_codes_code_hash_key PRIMARY KEY
        CHECK (octet_length(code_hash) = 32),
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (org_id, user_id);

CREATE TABLE identities (
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT identities_issuer_subject_key PRIMARY KEY (issuer, subject),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
);
CREATE INDEX identities_by_user ON identities (org_id, user_id);

-- No foreign keys: who let a device in may be gone before it asks, and it is to hear so.
CREATE TABLE device_grants (
    id uuid NOT NULL CONSTRAINT device_grants_id_key PRIMARY KEY,
    device_hash bytea NOT NULL CONSTRAINT device_grants_device_hash_key UNIQUE CHECK (octet_length(device_hash) = 32),
    user_code_hash bytea NOT NULL CONSTRAINT device_grants_user_code_hash_key UNIQUE
        CHECK (octet_length(user_code_hash) = 32),
    client text NOT NULL,
    email text COLLATE "C",
    requested_from text,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'redeemed')),
    org_id uuid,
    user_id uuid,
    poll_interval bigint NOT NULL CHECK (poll_interval >= 0),
    polled_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT device_grants_are_somebodys CHECK (
        (org_id IS NULL) = (user_id IS NULL)
        AND (state NOT IN ('approved', 'redeemed') OR user_id IS NOT NULL)
    )
);
CREATE INDEX device_grants_by_user ON device_grants (org_id, user_id);
CREATE INDEX device_grants_by_end ON device_grants (expires_at);

CREATE TABLE shares (
    -- Random: it alone opens a share by link.
    id uuid NOT NULL CONSTRAINT shares_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    vault_id uuid NOT NULL,
    secret_id uuid NOT NULL,
    recipient_type text NOT NULL
        CHECK (recipient_type IN ('user', 'agent', 'creator', 'external_email', 'anyone_with_link')),
    -- `user:<uuid>` or `agent:<uuid>`; whoever removes the one ends these.
    recipient text COLLATE "C",
    recipient_email text COLLATE "C",
    passphrase_hash text,
    ip_allowlist jsonb,
    max_access_count bigint CHECK (max_access_count >= 1),
    access_count bigint NOT NULL DEFAULT 0 CHECK (access_count >= 0),
    notifies boolean NOT NULL,
    names_maker boolean NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    declined_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT shares_count_within_max CHECK (access_count <= max_access_count),
    CONSTRAINT shares_name_their_recipient CHECK (
        (recipient_type IN ('user', 'agent', 'creator')) = (recipient IS NOT NULL)
        AND (recipient_type = 'external_email') = (recipient_email IS NOT NULL)
    ),
    FOREIGN KEY (secret_id, org_id, vault_id) REFERENCES secrets (id, org_id, vault_id) ON DELETE CASCADE
);
CREATE INDEX shares_by_maker ON shares (org_id, created_by, created_at, id);
CREATE INDEX shares_by_recipient ON shares (recipient, created_at, id) WHERE recipient IS NOT NULL;
CREATE INDEX shares_by_email ON shares (recipient_email, created_at, id) WHERE recipient_email IS NOT NULL;
CREATE INDEX shares_by_secret ON shares (secret_id);
CREATE INDEX shares_by_end ON shares (expires_at);

CREATE TABLE cmek_jobs (
    id uuid NOT NULL CONSTRAINT cmek_jobs_id_key PRIMARY KEY,
    org_id uuid NOT NULL,
    vault_id uuid NOT NULL,
    old_fingerprint text NOT NULL CHECK (length(old_fingerprint) = 64),
    new_fingerprint text NOT NULL CHECK (length(new_fingerprint) = 64),
    state text NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
    total bigint NOT NULL CHECK (total >= 0),
    processed bigint NOT NULL CHECK (processed >= 0),
    failed bigint NOT NULL CHECK (failed >= 0),
    error text,
    held_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    completed_at timestamptz,
    FOREIGN KEY (org_id, vault_id) REFERENCES vaults (org_id, id) ON DELETE CASCADE
);
CREATE INDEX cmek_jobs_by_vault ON cmek_jobs (org_id, vault_id, created_at);
-- One rotation at most is written as running.
CREATE UNIQUE INDEX cmek_jobs_running_key ON cmek_jobs (vault_id) WHERE state = 'running';
