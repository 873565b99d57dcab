//! Personal API keys.

use super::{create, list, revoke};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Personal API keys.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/auth/api-keys",
        place: Place::Api,
        id: "createApiKey",
        action: actions::CreateApiKey::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(create::handle),
        docs: documented::<create::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/auth/api-keys",
        place: Place::Api,
        id: "listApiKeys",
        action: actions::ListApiKeys::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/auth/api-keys/{key_id}",
        place: Place::Api,
        id: "revokeApiKey",
        action: actions::RevokeApiKey::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(revoke::handle),
        docs: documented::<revoke::__path_handle>,
    },
];
