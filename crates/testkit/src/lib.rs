//! The integration test harness: a throwaway Postgres and a database per test.
//!
//! It is for development only, here and in programs that embed the product: no crate that ships
//! depends on it. [`postgres`] must never know a table of ours, so that other projects can use it
//! for theirs.

pub mod postgres;

pub use oneclaw_testkit_macros::both_stores;
