//! The whole product in one process, over real sockets and a real store.

mod answer;
mod audit;
mod authenticator;
mod customer_key;
mod forge;
mod instance;
mod key_pairs;
mod mail;
mod person;
mod proofs;
mod request;
mod runner;
mod stage;
mod stages;
mod test_app;

pub use answer::Answer;
pub use authenticator::Authenticator;
pub use customer_key::CustomerKey;
pub use forge::{TokenForge, hs256, token_claims, token_header, token_verifies, unsigned};
pub use instance::Instance;
pub use key_pairs::{ed25519_fits, p256_fits};
pub use person::Person;
pub use request::Request;
pub use stage::Stage;
pub use stages::{Stages, is_harmless};
pub use test_app::TestApp;
