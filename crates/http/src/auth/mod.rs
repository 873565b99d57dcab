//! Signing up, logging in, tokens.

mod agent_token;
mod api_key_token;
mod change_password;
mod login;
mod refresh;
mod response;
mod revoke_token;
mod routes;
mod signup;

pub(crate) use response::{exposed, maybe_exposed};
pub(crate) use routes::ROUTES;
