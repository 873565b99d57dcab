//! What the attribute makes of a test.

// `cfg(test)` always holds here; it tells clippy that functions beside the tests are of the tests, too.
#[cfg(test)]
mod harness;

// The attribute names the harness by its crate, which this one plays.
extern crate self as oneclaw_testkit;

pub use harness::{StoreKind, run_on};
use oneclaw_testkit_macros::both_stores;

/// Documented, and async.
#[both_stores]
async fn runs_on_each_store(kind: StoreKind) {
    tokio::task::yield_now().await;
    assert!(matches!(kind, StoreKind::Sqlite | StoreKind::Postgres));
}

#[both_stores]
#[should_panic(expected = "as it should")]
async fn panics_where_it_should(kind: StoreKind) {
    panic!("as it should on {kind:?}");
}
