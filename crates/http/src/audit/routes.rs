//! What was done.

use super::{export, list, list_bare, verify};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// What was done.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/audit/events",
        place: Place::Api,
        id: "queryAuditEvents",
        action: actions::ListEvents::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/audit",
        place: Place::Api,
        id: "listAuditEvents",
        action: actions::ListEvents::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list_bare::handle),
        docs: documented::<list_bare::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/audit/verify",
        place: Place::Api,
        id: "verifyAuditChain",
        action: actions::VerifyAudit::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(verify::handle),
        docs: documented::<verify::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/audit/export",
        place: Place::Api,
        id: "exportAuditEvents",
        action: actions::ExportAudit::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(export::handle),
        docs: documented::<export::__path_handle>,
    },
];
