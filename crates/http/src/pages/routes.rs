//! The pages.

use super::serve;
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;

/// The pages.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/accept-invite",
        place: Place::Root,
        id: "getAcceptInvitePage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::accept_invite),
        docs: documented::<serve::__path_accept_invite>,
    },
    Endpoint {
        method: Method::GET,
        path: "/enroll",
        place: Place::Root,
        id: "getEnrollPage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::enroll),
        docs: documented::<serve::__path_enroll>,
    },
    Endpoint {
        method: Method::GET,
        path: "/cli/verify",
        place: Place::Root,
        id: "getDevicePage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::cli_verify),
        docs: documented::<serve::__path_cli_verify>,
    },
    Endpoint {
        method: Method::GET,
        path: "/verify-email",
        place: Place::Root,
        id: "getVerifyEmailPage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::verify_email),
        docs: documented::<serve::__path_verify_email>,
    },
    Endpoint {
        method: Method::GET,
        path: "/reset-password",
        place: Place::Root,
        id: "getResetPasswordPage",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::reset_password),
        docs: documented::<serve::__path_reset_password>,
    },
    Endpoint {
        method: Method::GET,
        path: "/pages/{file}",
        place: Place::Root,
        id: "getPageFile",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(serve::file),
        docs: documented::<serve::__path_file>,
    },
];
