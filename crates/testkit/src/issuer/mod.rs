//! A real OpenID Connect issuer on loopback, which signs what it is asked to and can misbehave.

mod key;
mod served;
mod signing;

pub use served::JwksAnswer;
pub use signing::Issuer;
