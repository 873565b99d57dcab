//! The public keys that verify access tokens.

mod jwks;
mod jwt_public_key;
mod openid_configuration;
mod routes;

pub(crate) use routes::ROUTES;
