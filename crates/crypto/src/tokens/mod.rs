//! Access tokens: JSON Web Tokens signed with Ed25519.

mod claims;
mod error;
mod signing_key;
mod strict_json;
mod verifier;
mod verifying_key;

pub use claims::Claims;
pub use error::TokenError;
pub use signing_key::{SigningKey, sign};
pub(crate) use strict_json::object_within;
pub use verifier::Verifier;
pub use verifying_key::{VerifyingKey, jwks};
