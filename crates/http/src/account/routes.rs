//! A person's own account.

use super::{
    change_email, delete, export, show, show_settings, update, update_settings, verify_email_change,
};
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
    Endpoint {
        method: Method::DELETE,
        path: "/auth/me",
        place: Place::Api,
        id: "deleteMe",
        action: actions::DeleteAccount::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(delete::handle),
        docs: documented::<delete::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/export-data",
        place: Place::Api,
        id: "exportData",
        action: actions::ExportData::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(export::handle),
        docs: documented::<export::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/auth/settings",
        place: Place::Api,
        id: "getSettings",
        action: actions::ReadSettings::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(show_settings::handle),
        docs: documented::<show_settings::__path_handle>,
    },
    Endpoint {
        method: Method::PATCH,
        path: "/auth/settings",
        place: Place::Api,
        id: "updateSettings",
        action: actions::UpdateSettings::NAME,
        body: BodyKind::Optional,
        auth: Auth::Bearer,
        route: || web::to(update_settings::handle),
        docs: documented::<update_settings::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/change-email",
        place: Place::Api,
        id: "changeEmail",
        action: actions::ChangeEmail::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(change_email::handle),
        docs: documented::<change_email::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/verify-email-change",
        place: Place::Api,
        id: "verifyEmailChange",
        action: actions::ChangeEmail::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(verify_email_change::handle),
        docs: documented::<verify_email_change::__path_handle>,
    },
];
