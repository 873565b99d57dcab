//! Every endpoint there is.

use crate::endpoint::Endpoint;
use crate::{account, api_keys, auth, health, keys, secrets, vaults};

/// The whole table, by noun.
pub const TABLE: &[&[Endpoint]] = &[
    auth::ROUTES,
    account::ROUTES,
    api_keys::ROUTES,
    vaults::ROUTES,
    secrets::ROUTES,
    keys::ROUTES,
    health::ROUTES,
];
