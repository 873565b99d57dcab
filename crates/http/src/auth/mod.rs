//! Signing up, logging in, tokens.

mod api_key_token;
mod change_password;
mod login;
mod refresh;
mod response;
mod revoke_token;
mod routes;
mod signup;

pub(crate) use response::exposed;
pub(crate) use routes::ROUTES;
