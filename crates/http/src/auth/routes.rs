//! Signing up, logging in, tokens.

use super::{agent_token, api_key_token, change_password, login, refresh, revoke_token, signup};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;
use oneclaw_services::{Action as _, actions};

/// Signing up, logging in, tokens.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::POST,
        path: "/auth/signup",
        place: Place::Api,
        id: "signup",
        action: actions::SignUp::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(signup::handle),
        docs: documented::<signup::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/token",
        place: Place::Api,
        id: "login",
        action: actions::LogIn::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(login::handle),
        docs: documented::<login::__path_handle>,
    },
    Endpoint {
        method: Method::DELETE,
        path: "/auth/token",
        place: Place::Api,
        id: "revokeToken",
        action: actions::RevokeToken::NAME,
        body: BodyKind::None,
        auth: Auth::Bearer,
        route: || web::to(revoke_token::handle),
        docs: documented::<revoke_token::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/api-key-token",
        place: Place::Api,
        id: "apiKeyToken",
        action: actions::LogIn::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(api_key_token::handle),
        docs: documented::<api_key_token::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/agent-token",
        place: Place::Api,
        id: "agentToken",
        action: actions::AgentLogIn::NAME,
        body: BodyKind::Required,
        auth: Auth::Public,
        route: || web::to(agent_token::handle),
        docs: documented::<agent_token::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/refresh",
        place: Place::Api,
        id: "refreshToken",
        action: actions::RefreshSession::NAME,
        body: BodyKind::Optional,
        auth: Auth::Public,
        route: || web::to(refresh::handle),
        docs: documented::<refresh::__path_handle>,
    },
    Endpoint {
        method: Method::POST,
        path: "/auth/change-password",
        place: Place::Api,
        id: "changePassword",
        action: actions::ChangePassword::NAME,
        body: BodyKind::Required,
        auth: Auth::Bearer,
        route: || web::to(change_password::handle),
        docs: documented::<change_password::__path_handle>,
    },
];
