//! Members of an organization.

use super::{change_role, list, remove};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Members of an organization.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/org/members",
        place: Place::Api,
        id: "listOrgMembers",
        action: actions::ListMembers::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::PATCH,
        path: "/org/members/{user_id}",
        place: Place::Api,
        id: "updateMemberRole",
        action: actions::ChangeMemberRole::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(change_role::handle),
        docs: documented::<change_role::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/org/members/{user_id}",
        place: Place::Api,
        id: "removeMember",
        action: actions::RemoveMember::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(remove::handle),
        docs: documented::<remove::__path_handle>,
    },
];
