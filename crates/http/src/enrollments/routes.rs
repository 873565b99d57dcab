//! Agents that ask to be registered.

use super::{decide, enroll, lookup, status};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Agents that ask to be registered.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/agents/enroll",
        place: Place::Api,
        id: "enrollAgent",
        action: actions::EnrollAgent::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(enroll::handle),
        docs: documented::<enroll::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/agents/enroll/{pairing_id}/status",
        place: Place::Api,
        id: "getEnrollmentStatus",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(status::handle),
        docs: documented::<status::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/agents/enroll/lookup",
        place: Place::Api,
        id: "lookupEnrollment",
        action: actions::ReadEnrollment::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(lookup::handle),
        docs: documented::<lookup::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/agents/enroll/decide",
        place: Place::Api,
        id: "decideEnrollment",
        action: actions::DecideEnrollment::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(decide::handle),
        docs: documented::<decide::__path_handle>,
    },
];
