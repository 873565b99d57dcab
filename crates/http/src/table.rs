//! Every endpoint there is.

use crate::endpoint::Endpoint;
use crate::{
    account, admin, agents, api_keys, audit, auth, billing, cmek, devices, enrollments, health,
    invites, ip_rules, keys, members, mfa, pages, policies, secrets, shares, vaults,
};

/// The whole table, by noun.
pub const TABLE: &[&[Endpoint]] = &[
    auth::ROUTES,
    account::ROUTES,
    mfa::ROUTES,
    devices::ROUTES,
    api_keys::ROUTES,
    vaults::ROUTES,
    cmek::ROUTES,
    secrets::ROUTES,
    shares::ROUTES,
    policies::ROUTES,
    agents::ROUTES,
    enrollments::ROUTES,
    members::ROUTES,
    invites::ROUTES,
    ip_rules::ROUTES,
    audit::ROUTES,
    billing::ROUTES,
    admin::ROUTES,
    pages::ROUTES,
    keys::ROUTES,
    health::ROUTES,
];
