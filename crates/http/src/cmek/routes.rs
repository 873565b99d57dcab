//! Keys that customers manage.

use super::{disable, enable, job, rotate};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Keys that customers manage.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/vaults/{vault_id}/cmek",
        place: Place::Api,
        id: "enableCmek",
        action: actions::EnableCmek::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(enable::handle),
        docs: documented::<enable::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/vaults/{vault_id}/cmek",
        place: Place::Api,
        id: "disableCmek",
        action: actions::DisableCmek::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(disable::handle),
        docs: documented::<disable::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/vaults/{vault_id}/cmek-rotate",
        place: Place::Api,
        id: "rotateCmek",
        action: actions::RotateCmek::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(rotate::handle),
        docs: documented::<rotate::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/vaults/{vault_id}/cmek-rotate/{job_id}",
        place: Place::Api,
        id: "getCmekRotation",
        action: actions::ReadCmekJob::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(job::handle),
        docs: documented::<job::__path_handle>,
    },
];
