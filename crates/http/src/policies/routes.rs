//! Policies: who may do what at which paths of a vault.

use super::{create, delete, dry_run, explain, list, update};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Policies: who may do what at which paths of a vault.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/vaults/{vault_id}/policies",
        place: Place::Api,
        id: "createPolicy",
        action: actions::CreatePolicy::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(create::handle),
        docs: documented::<create::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/vaults/{vault_id}/policies",
        place: Place::Api,
        id: "listPolicies",
        action: actions::ListPolicies::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::PUT,
        path: "/vaults/{vault_id}/policies/{policy_id}",
        place: Place::Api,
        id: "updatePolicy",
        action: actions::UpdatePolicy::NAME,
        body: BodyKind::Optional,
        auth: Auth::Bearer,
        route: || web::to(update::handle),
        docs: documented::<update::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/vaults/{vault_id}/policies/{policy_id}",
        place: Place::Api,
        id: "deletePolicy",
        action: actions::DeletePolicy::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(delete::handle),
        docs: documented::<delete::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/vaults/{vault_id}/access/explain",
        place: Place::Api,
        id: "explainAccess",
        action: actions::ExplainAccess::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(explain::handle),
        docs: documented::<explain::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/vaults/{vault_id}/access/dry-run",
        place: Place::Api,
        id: "dryRunPolicy",
        action: actions::DryRunPolicy::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(dry_run::handle),
        docs: documented::<dry_run::__path_handle>,
    },
];
