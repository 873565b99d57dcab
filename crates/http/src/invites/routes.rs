//! Invitations into an organization.

use super::{cancel, create, list};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Invitations into an organization.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/org/invite",
        place: Place::Api,
        id: "inviteMember",
        action: actions::InviteMember::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(create::handle),
        docs: documented::<create::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/org/invites",
        place: Place::Api,
        id: "listInvites",
        action: actions::ListInvites::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(list::handle),
        docs: documented::<list::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/org/invites/{invite_id}",
        place: Place::Api,
        id: "cancelInvite",
        action: actions::CancelInvite::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(cancel::handle),
        docs: documented::<cancel::__path_handle>,
    },
];
