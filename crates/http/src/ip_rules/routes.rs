//! Rules about callers' addresses.

use super::{create, delete, list};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Rules about callers' addresses.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/security/ip-rules",
        place: Place::Api,
        id: "listIpRules",
        action: actions::ListIpRules::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/security/ip-rules",
        place: Place::Api,
        id: "createIpRule",
        action: actions::CreateIpRule::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(create::handle),
        docs: documented::<create::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/security/ip-rules/{rule_id}",
        place: Place::Api,
        id: "deleteIpRule",
        action: actions::DeleteIpRule::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(delete::handle),
        docs: documented::<delete::__path_handle>,
    },
];
