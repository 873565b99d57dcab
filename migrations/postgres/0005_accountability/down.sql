DROP TABLE installation_settings, payment_events, credit_entries, credit_lots, credit_accounts, usage_events, usage_months;
ALTER TABLE orgs
    DROP COLUMN plan, DROP COLUMN plan_ends_at, DROP COLUMN plan_is_yearly, DROP COLUMN plan_status,
    DROP COLUMN plan_cancels, DROP COLUMN plan_subscription, DROP COLUMN plan_said_at,
    DROP COLUMN subscription_state, DROP COLUMN payment_customer, DROP COLUMN request_limit, DROP COLUMN is_sponsored, DROP COLUMN overage_method;
DROP TABLE audit_keys, audit_chains;
DROP INDEX audit_events_unchained, audit_events_by_time, audit_events_by_position;
ALTER TABLE audit_events DROP COLUMN chain_key, DROP COLUMN chain_position;
