//! Vaults.

use super::{create, delete, find_agent_keys, list, show};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Vaults.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/vaults",
        place: Place::Api,
        id: "createVault",
        action: actions::CreateVault::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(create::handle),
        docs: documented::<create::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/vaults",
        place: Place::Api,
        id: "listVaults",
        action: actions::ListVaults::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/vaults/{vault_id}",
        place: Place::Api,
        id: "getVault",
        action: actions::ReadVault::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(show::handle),
        docs: documented::<show::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/vaults/{vault_id}",
        place: Place::Api,
        id: "deleteVault",
        action: actions::DeleteVault::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(delete::handle),
        docs: documented::<delete::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/org/agent-keys-vault",
        place: Place::Api,
        id: "getAgentKeysVault",
        action: actions::FindAgentKeysVault::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(find_agent_keys::handle),
        docs: documented::<find_agent_keys::__path_handle>,
    },
];
