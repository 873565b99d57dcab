//! Every endpoint there is.

use crate::endpoint::Endpoint;
use crate::{
    account, agents, api_keys, auth, enrollments, health, invites, ip_rules, keys, members, pages,
    policies, secrets, vaults,
};

/// The whole table, by noun.
pub const TABLE: &[&[Endpoint]] = &[
    auth::ROUTES,
    account::ROUTES,
    api_keys::ROUTES,
    vaults::ROUTES,
    secrets::ROUTES,
    policies::ROUTES,
    agents::ROUTES,
    enrollments::ROUTES,
    members::ROUTES,
    invites::ROUTES,
    ip_rules::ROUTES,
    pages::ROUTES,
    keys::ROUTES,
    health::ROUTES,
];
