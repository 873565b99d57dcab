//! The public keys that verify access tokens.

use super::{jwks, jwt_public_key, openid_configuration};
use crate::endpoint::{Auth, BodyKind, Endpoint, Place, documented};
use actix_web::http::Method;
use actix_web::web;

/// The public keys that verify access tokens.
pub(crate) const ROUTES: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        path: "/auth/jwt-public-key",
        place: Place::Api,
        id: "getJwtPublicKey",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(jwt_public_key::handle),
        docs: documented::<jwt_public_key::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/.well-known/jwks.json",
        place: Place::Root,
        id: "jwks",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(jwks::handle),
        docs: documented::<jwks::__path_handle>,
    },
    Endpoint {
        method: Method::GET,
        path: "/.well-known/openid-configuration",
        place: Place::Root,
        id: "openidConfiguration",
        action: "",
        body: BodyKind::None,
        auth: Auth::Public,
        route: || web::to(openid_configuration::handle),
        docs: documented::<openid_configuration::__path_handle>,
    },
];
