//! Codes of time steps, as authenticator apps show them (RFC 6238).

mod code;
mod secret;

pub use code::STEP_SECONDS;
pub use secret::TotpSecret;
