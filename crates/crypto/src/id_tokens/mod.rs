//! Tokens that others signed: what OpenID Connect issuers say of people.

mod id_claims;
mod id_token;
mod issuer_key;
mod issuer_keys;

pub use id_claims::IdClaims;
pub use id_token::IdToken;
pub use issuer_keys::IssuerKeys;
