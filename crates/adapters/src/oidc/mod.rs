//! Id tokens of OpenID Connect issuers (OpenID Connect Core 1.0).

mod claims;
mod fetch;
mod issuer;
mod key_cache;
mod verifier;

pub use issuer::{OidcIssuer, UnusableIssuer};
pub use verifier::OidcVerifier;
