//! Second factors, and fresh proofs of who somebody is.

use super::{disable, enable, reauth, setup, status, verify};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Second factors, and fresh proofs of who somebody is.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/auth/mfa/status",
        place: Place::Api,
        id: "getMfaStatus",
        action: actions::ReadMfa::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(status::handle),
        docs: documented::<status::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/mfa/setup",
        place: Place::Api,
        id: "setupMfa",
        action: actions::SetUpMfa::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(setup::handle),
        docs: documented::<setup::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/mfa/verify-setup",
        place: Place::Api,
        id: "verifyMfaSetup",
        action: actions::EnableMfa::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(enable::handle),
        docs: documented::<enable::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/mfa/verify",
        place: Place::Api,
        id: "verifyMfa",
        action: actions::LogIn::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(verify::handle),
        docs: documented::<verify::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/auth/mfa",
        place: Place::Api,
        id: "disableMfa",
        action: actions::DisableMfa::NAME,
        body: BodyKind::Optional,
        auth: Auth::Bearer,
        route: || web::to(disable::handle),
        docs: documented::<disable::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/reauth",
        place: Place::Api,
        id: "reauth",
        action: actions::Reauthenticate::NAME,
        body: BodyKind::Optional,
        auth: Auth::Bearer,
        route: || web::to(reauth::handle),
        docs: documented::<reauth::__path_handle>,
    },
];
