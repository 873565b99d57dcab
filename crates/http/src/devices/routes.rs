//! Devices that ask to be logged in.

use super::{code, decide, lookup, status, token};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Devices that ask to be logged in.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/auth/device/code",
        place: Place::Api,
        id: "requestDeviceCode",
        action: actions::RequestDevice::NAME,
        body: BodyKind::Optional,
        auth: Auth::Public,
        route: || web::to(code::handle),
        docs: documented::<code::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/device/token",
        place: Place::Api,
        id: "pollDeviceToken",
        // while nobody has decided it is none
        action: "",
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(token::handle),
        docs: documented::<token::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/auth/device/code/{user_code}",
        place: Place::Api,
        id: "getDeviceStatus",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(status::handle),
        docs: documented::<status::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/device/lookup",
        place: Place::Api,
        id: "lookupDevice",
        action: actions::ReadDevice::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(lookup::handle),
        docs: documented::<lookup::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/device/approve",
        place: Place::Api,
        id: "approveDevice",
        action: actions::ApproveDevice::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(decide::approve),
        docs: documented::<decide::__path_approve>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/device/deny",
        place: Place::Api,
        id: "denyDevice",
        action: actions::DenyDevice::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(decide::deny),
        docs: documented::<decide::__path_deny>,
    },
];
