//! The integration test harness: a throwaway Postgres, a database per test, and the whole product
//! running on it.
//!
//! It is for development only, here and in programs that embed the product: no crate that ships
//! depends on it. [`postgres`] must never know a table of ours, so that other projects can use it
//! for theirs.

mod app;
mod clock;
mod issuer;
mod logs;
mod payments;
pub mod postgres;
mod run;
mod smtp;
mod store_kind;

pub use app::{
    Answer, Authenticator, CustomerKey, Instance, Person, Request, Stage, Stages, TestApp,
    TokenForge, ed25519_fits, hs256, is_harmless, p256_fits, token_claims, token_header,
    token_verifies, unsigned,
};
pub use clock::TestClock;
pub use issuer::{Issuer, JwksAnswer};
pub use oneclaw_testkit_macros::both_stores;
pub use payments::{
    Asked, Till, TillAnswer, credits_paid, payment_failed, plan_bought, subscription,
};
pub use run::{Fixture, run_on};
pub use smtp::{Behaviour, Encryption, Mailbox, Received};
pub use store_kind::{StoreKind, TestStore};
