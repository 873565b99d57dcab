//! The tables, as both stores have them.

mod access;
mod accountability;
mod foundation;
mod people;
mod sharing;

pub(crate) use access::{agents, enrollments, invites, ip_rules, policies, revoked_agent_tokens};
pub(crate) use accountability::{
    audit_chains, audit_keys, credit_accounts, credit_entries, credit_lots, installation_settings,
    payment_events, sqlite_sequence, usage_events, usage_months,
};
pub(crate) use foundation::{
    api_keys, attempts, audit_events, installation, installation_keys, leases, login_addresses,
    mail_outbox, org_usage, orgs, refresh_tokens, revoked_tokens, secret_versions, secrets,
    sessions, users, vaults,
};
pub(crate) use people::{
    account_proofs, device_grants, identities, pending_signups, recovery_codes, second_factors,
};
pub(crate) use sharing::{cmek_jobs, shares};

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    installation_keys,
    orgs,
    org_usage,
    users,
    login_addresses,
    api_keys,
    sessions,
    revoked_tokens,
    refresh_tokens,
    vaults,
    secrets,
    secret_versions,
    audit_events,
    attempts,
    leases,
    agents,
    enrollments,
    invites,
    ip_rules,
    mail_outbox,
    policies,
    revoked_agent_tokens,
    account_proofs,
    cmek_jobs,
    device_grants,
    identities,
    pending_signups,
    recovery_codes,
    second_factors,
    shares,
    audit_chains,
    audit_keys,
    credit_accounts,
    credit_entries,
    credit_lots,
    installation_settings,
    payment_events,
    usage_events,
    usage_months,
);
