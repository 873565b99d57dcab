//! What the attribute makes of a test, with a harness that remembers where it ran.

// The attribute names the harness by its crate, which this file plays.
extern crate self as oneclaw_testkit;

use std::future::Future;

use oneclaw_testkit_macros::both_stores;

/// The stores that the attribute knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StoreKind {
    /// The embedded one.
    Sqlite,
    /// The served one.
    Postgres,
}

/// Runs a test with the store that it is meant to run on.
///
/// # Panics
/// If the test was started under the other store's name.
pub fn run_on<F: Future<Output = ()>>(kind: StoreKind, test: impl FnOnce(StoreKind) -> F) {
    let thread = std::thread::current();
    let name = thread.name().unwrap().to_owned();
    let expected = match kind {
        StoreKind::Sqlite => "::on_sqlite",
        StoreKind::Postgres => "::on_postgres",
    };
    assert!(name.ends_with(expected), "{name} ran on {kind:?}");
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(test(kind));
}

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
