//! Signing up, logging in, tokens.

mod agent_token;
mod api_key_token;
mod change_password;
mod forgot_password;
mod google;
mod login;
mod refresh;
mod reset_password;
mod response;
mod revoke_token;
mod routes;
mod set_password;
mod signup;
mod verify_email;

pub(crate) use response::{TokenResponse, exposed, maybe_exposed};
pub(crate) use routes::ROUTES;
