-- The place of an event in its chain; an event without one was written before there were chains.
ALTER TABLE audit_events ADD COLUMN chain_position INTEGER CHECK (chain_position >= 1);
ALTER TABLE audit_events ADD COLUMN chain_key TEXT;
CREATE INDEX audit_events_by_position ON audit_events (org_id, chain_position);
-- Places between two moments are read from the index alone.
CREATE INDEX audit_events_by_time ON audit_events (org_id, created_at, chain_position);
CREATE INDEX audit_events_unchained ON audit_events (seq) WHERE chain_position IS NULL;

-- No foreign key: a chain outlives its organization. The nil id is the installation's own.
CREATE TABLE audit_chains (
    chain BLOB NOT NULL CHECK (length(chain) = 16) PRIMARY KEY,
    length INTEGER NOT NULL CHECK (length >= 0),
    last_event_id BLOB,
    last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),
    pruned INTEGER NOT NULL CHECK (pruned >= 0),
    pruned_hash BLOB NOT NULL CHECK (length(pruned_hash) = 32),
    pruned_event_id BLOB,
    key_id TEXT NOT NULL,
    mac BLOB NOT NULL
) STRICT;

CREATE TABLE audit_keys (
    id TEXT NOT NULL PRIMARY KEY,
    master_key BLOB NOT NULL CHECK (length(master_key) = 16),
    wrapped BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    adopts_until INTEGER NOT NULL
) STRICT;

-- `tier` is what instances before this one go by.
ALTER TABLE orgs ADD COLUMN plan TEXT CHECK (plan IN ('free', 'pro', 'business', 'enterprise'));
ALTER TABLE orgs ADD COLUMN plan_ends_at INTEGER;
ALTER TABLE orgs ADD COLUMN plan_is_yearly INTEGER CHECK (plan_is_yearly IN (0, 1));
ALTER TABLE orgs ADD COLUMN plan_status TEXT CHECK (plan_status IN ('active', 'trialing', 'past_due', 'canceled'));
ALTER TABLE orgs ADD COLUMN plan_cancels INTEGER NOT NULL DEFAULT 0 CHECK (plan_cancels IN (0, 1));
ALTER TABLE orgs ADD COLUMN plan_subscription TEXT;
ALTER TABLE orgs ADD COLUMN plan_said_at INTEGER;
-- How that subscription stands, whatever plan is in force.
ALTER TABLE orgs ADD COLUMN subscription_state TEXT CHECK (subscription_state IN ('renews', 'ends', 'over'));
ALTER TABLE orgs ADD COLUMN payment_customer TEXT;
CREATE UNIQUE INDEX orgs_payment_customer_key ON orgs (payment_customer);
ALTER TABLE orgs ADD COLUMN request_limit INTEGER CHECK (request_limit >= 0);
ALTER TABLE orgs ADD COLUMN is_sponsored INTEGER NOT NULL DEFAULT 0 CHECK (is_sponsored IN (0, 1));
ALTER TABLE orgs ADD COLUMN overage_method TEXT NOT NULL DEFAULT 'credits'
    CHECK (overage_method IN ('credits', 'x402'));

-- No foreign keys: a request may be metered in the moment in which its organization goes.
CREATE TABLE usage_months (
    org_id BLOB NOT NULL,
    month INTEGER NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    paid INTEGER NOT NULL CHECK (paid >= 0),
    -- millionths of a US dollar
    cost INTEGER NOT NULL CHECK (cost >= 0),
    CONSTRAINT usage_months_org_id_month_key PRIMARY KEY (org_id, month)
) STRICT;
CREATE TABLE usage_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    org_id BLOB NOT NULL,
    principal_type TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    method TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    status INTEGER NOT NULL,
    priced TEXT,
    price INTEGER NOT NULL CHECK (price >= 0),
    is_paid INTEGER NOT NULL CHECK (is_paid IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_events_by_org ON usage_events (org_id, seq);
CREATE INDEX usage_events_by_age ON usage_events (created_at);

CREATE TABLE credit_accounts (
    org_id BLOB NOT NULL CHECK (length(org_id) = 16) PRIMARY KEY
        REFERENCES orgs (id) ON DELETE CASCADE,
    balance INTEGER NOT NULL CHECK (balance >= 0)
) STRICT;
CREATE TABLE credit_lots (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY,
    org_id BLOB NOT NULL REFERENCES credit_accounts (org_id) ON DELETE CASCADE,
    granted INTEGER NOT NULL CHECK (granted > 0),
    remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX credit_lots_by_org ON credit_lots (org_id, expires_at, created_at, id) WHERE remaining > 0;
CREATE INDEX credit_lots_by_end ON credit_lots (expires_at) WHERE remaining > 0;
CREATE TABLE credit_entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL CONSTRAINT credit_entries_id_key UNIQUE,
    org_id BLOB NOT NULL REFERENCES credit_accounts (org_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('topup', 'usage', 'expiry', 'adjustment')),
    amount INTEGER NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX credit_entries_by_org ON credit_entries (org_id, seq);

CREATE TABLE payment_events (
    id TEXT NOT NULL PRIMARY KEY,
    handled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_events_by_age ON payment_events (handled_at);

CREATE TABLE installation_settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_by BLOB,
    updated_at INTEGER NOT NULL
) STRICT;

-- Of a version that will not be read again: since when housekeeping knows, and whether its value was
-- emptied since. Reads are counted in no column that an index or its condition names, so that
-- counting stays cheap (heap-only updates).
ALTER TABLE secret_versions ADD COLUMN spent_since INTEGER;
ALTER TABLE secret_versions ADD COLUMN is_emptied INTEGER NOT NULL DEFAULT 0 CHECK (is_emptied IN (0, 1));
CREATE INDEX secret_versions_by_end ON secret_versions (expires_at) WHERE spent_since IS NULL;
CREATE INDEX secret_versions_stopped ON secret_versions (id) WHERE spent_since IS NULL AND (deleted OR disabled);
CREATE INDEX secret_versions_counted ON secret_versions (id)
    WHERE spent_since IS NULL AND max_access_count IS NOT NULL;
CREATE INDEX secret_versions_spent ON secret_versions (spent_since)
    WHERE spent_since IS NOT NULL AND NOT is_emptied;
