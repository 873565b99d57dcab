//! Running a test on one store.

use crate::StoreKind;

/// What a test is handed: made before it, checked and taken down after it.
pub trait Fixture: Clone + 'static {
    /// Makes it on a fresh store.
    fn set_up(kind: StoreKind) -> impl Future<Output = Self>;

    /// Checks what nobody remembers to check, and takes it down.
    fn tear_down(self) -> impl Future<Output = ()>;
}

/// Runs a test on one kind of store, on a runtime of its own. What `#[both_stores]` calls.
///
/// # Panics
/// The test fails, or the runtime cannot be made.
pub fn run_on<F: Fixture>(kind: StoreKind, test: impl AsyncFnOnce(F)) {
    crate::logs::capture();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("could not make a runtime: {error}"));
    runtime.block_on(async {
        let fixture = F::set_up(kind).await;
        test(fixture.clone()).await;
        fixture.tear_down().await;
    });
}
