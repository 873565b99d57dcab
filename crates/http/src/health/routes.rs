//! How the server is.

use super::{hsm, livez, readyz, status};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;

/// How the server is.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/health",
        place: Place::Api,
        id: "healthCheck",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(status::handle),
        docs: documented::<status::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/health/hsm",
        place: Place::Api,
        id: "healthHsm",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(hsm::handle),
        docs: documented::<hsm::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/livez",
        place: Place::Root,
        id: "livez",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(livez::handle),
        docs: documented::<livez::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/readyz",
        place: Place::Root,
        id: "readyz",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(readyz::handle),
        docs: documented::<readyz::__path_handle>,
    },
];
