-- The place of an event in its chain; an event without one was written before there were chains.
ALTER TABLE audit_events ADD COLUMN chain_position bigint CHECK (chain_position >= 1);
ALTER TABLE audit_events ADD COLUMN chain_key text;
CREATE INDEX audit_events_by_position ON audit_events (org_id, chain_position);
-- Places between two moments are read from the index alone.
CREATE INDEX audit_events_by_time ON audit_events (org_id, created_at, chain_position);
CREATE INDEX audit_events_unchained ON audit_events (seq) WHERE chain_position IS NULL;

-- No foreign key: a chain outlives its organization. The nil id is the installation's own.
CREATE TABLE audit_chains (
    chain uuid NOT NULL CONSTRAINT audit_chains_chain_key PRIMARY KEY,
    length bigint NOT NULL CHECK (length >= 0),
    last_event_id uuid,
    last_hash bytea NOT NULL CHECK (octet_length(last_hash) = 32),
    pruned bigint NOT NULL CHECK (pruned >= 0),
    pruned_hash bytea NOT NULL CHECK (octet_length(pruned_hash) = 32),
    pruned_event_id uuid,
    key_id text NOT NULL,
    mac bytea NOT NULL
);

CREATE TABLE audit_keys (
    id text COLLATE "C" NOT NULL CONSTRAINT audit_keys_id_key PRIMARY KEY,
    master_key bytea NOT NULL CHECK (octet_length(master_key) = 16),
    wrapped bytea NOT NULL,
    starts_at timestamptz NOT NULL,
    adopts_until timestamptz NOT NULL
);

-- `tier` is what instances before this one go by.
ALTER TABLE orgs ADD COLUMN plan text CHECK (plan IN ('free', 'pro', 'business', 'enterprise'));
ALTER TABLE orgs ADD COLUMN plan_ends_at timestamptz;
ALTER TABLE orgs ADD COLUMN plan_is_yearly boolean;
ALTER TABLE orgs ADD COLUMN plan_status text CHECK (plan_status IN ('active', 'trialing', 'past_due', 'canceled'));
ALTER TABLE orgs ADD COLUMN plan_cancels boolean NOT NULL DEFAULT false;
ALTER TABLE orgs ADD COLUMN plan_subscription text;
ALTER TABLE orgs ADD COLUMN plan_said_at timestamptz;
-- How that subscription stands, whatever plan is in force.
ALTER TABLE orgs ADD COLUMN subscription_state text CHECK (subscription_state IN ('renews', 'ends', 'over'));
ALTER TABLE orgs ADD COLUMN payment_customer text COLLATE "C";
CREATE UNIQUE INDEX orgs_payment_customer_key ON orgs (payment_customer);
ALTER TABLE orgs ADD COLUMN request_limit bigint CHECK (request_limit >= 0);
ALTER TABLE orgs ADD COLUMN is_sponsored boolean NOT NULL DEFAULT false;
ALTER TABLE orgs ADD COLUMN overage_method text NOT NULL DEFAULT 'credits'
    CHECK (overage_method IN ('credits', 'x402'));

-- No foreign keys: a request may be metered in the moment in which its organization goes.
CREATE TABLE usage_months (
    org_id uuid NOT NULL,
    month bigint NOT NULL,
    requests bigint NOT NULL CHECK (requests >= 0),
    paid bigint NOT NULL CHECK (paid >= 0),
    -- millionths of a US dollar
    cost bigint NOT NULL CHECK (cost >= 0),
    CONSTRAINT usage_months_org_id_month_key PRIMARY KEY (org_id, month)
);
CREATE TABLE usage_events (
    seq bigserial NOT NULL CONSTRAINT usage_events_seq_key PRIMARY KEY,
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    principal_type text NOT NULL,
    principal_id text NOT NULL,
    method text NOT NULL,
    endpoint text NOT NULL,
    status bigint NOT NULL,
    priced text,
    price bigint NOT NULL CHECK (price >= 0),
    is_paid boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX usage_events_by_org ON usage_events (org_id, seq);
CREATE INDEX usage_events_by_age ON usage_events (created_at);

CREATE TABLE credit_accounts (
    org_id uuid NOT NULL CONSTRAINT credit_accounts_org_id_key PRIMARY KEY
        REFERENCES orgs (id) ON DELETE CASCADE,
    balance bigint NOT NULL CHECK (balance >= 0)
);
CREATE TABLE credit_lots (
    id uuid NOT NULL CONSTRAINT credit_lots_id_key PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES credit_accounts (org_id) ON DELETE CASCADE,
    granted bigint NOT NULL CHECK (granted > 0),
    remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX credit_lots_by_org ON credit_lots (org_id, expires_at, created_at, id) WHERE remaining > 0;
CREATE INDEX credit_lots_by_end ON credit_lots (expires_at) WHERE remaining > 0;
CREATE TABLE credit_entries (
    seq bigserial NOT NULL CONSTRAINT credit_entries_seq_key PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT credit_entries_id_key UNIQUE,
    org_id uuid NOT NULL REFERENCES credit_accounts (org_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('topup', 'usage', 'expiry', 'adjustment')),
    amount bigint NOT NULL,
    balance bigint NOT NULL CHECK (balance >= 0),
    description text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX credit_entries_by_org ON credit_entries (org_id, seq);

CREATE TABLE payment_events (
    id text COLLATE "C" NOT NULL CONSTRAINT payment_events_id_key PRIMARY KEY,
    handled_at timestamptz NOT NULL
);
CREATE INDEX payment_events_by_age ON payment_events (handled_at);

CREATE TABLE installation_settings (
    key text COLLATE "C" NOT NULL CONSTRAINT installation_settings_key_key PRIMARY KEY,
    value text NOT NULL,
    updated_by uuid,
    updated_at timestamptz NOT NULL
);

-- Of a version that will not be read again: since when housekeeping knows, and whether its value was
-- emptied since. Reads are counted in no column that an index or its condition names, so that
-- counting stays cheap (heap-only updates).
ALTER TABLE secret_versions ADD COLUMN spent_since timestamptz;
ALTER TABLE secret_versions ADD COLUMN is_emptied boolean NOT NULL DEFAULT false;
CREATE INDEX secret_versions_by_end ON secret_versions (expires_at) WHERE spent_since IS NULL;
CREATE INDEX secret_versions_stopped ON secret_versions (id) WHERE spent_since IS NULL AND (deleted OR disabled);
CREATE INDEX secret_versions_counted ON secret_versions (id)
    WHERE spent_since IS NULL AND max_access_count IS NOT NULL;
CREATE INDEX secret_versions_spent ON secret_versions (spent_since)
    WHERE spent_since IS NOT NULL AND NOT is_emptied;
