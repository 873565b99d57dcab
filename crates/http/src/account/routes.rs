//! A person's own account.

use super::{show, update};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// A person's own account.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/auth/me",
        place: Place::Api,
        id: "getMe",
        action: actions::ReadProfile::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(show::handle),
        docs: documented::<show::__path_handle>,
    },
    Endpoint {
        method: Method::PATCH,
        path: "/auth/me",
        place: Place::Api,
        id: "updateMe",
        action: actions::UpdateProfile::NAME,
        body: BodyKind::Optional,
        auth: Auth::Bearer,
        route: || web::to(update::handle),
        docs: documented::<update::__path_handle>,
    },
];
