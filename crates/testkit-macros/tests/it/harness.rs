//! A harness that knows under which name it was called.

use std::future::Future;

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
