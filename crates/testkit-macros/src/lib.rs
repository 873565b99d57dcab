//! The `both_stores` attribute of the test harness.
//!
//! It rewrites a test's tokens and must never know what a store is: that is `oneclaw-testkit`'s.

mod both_stores;

use proc_macro::TokenStream;

/// Runs an async test on every store: `async fn name(app: TestApp)` becomes the tests
/// `name::on_sqlite` and `name::on_postgres`, each of which hands the function to
/// `oneclaw_testkit::run_on` with the kind of store to run it on.
///
/// `#[ignore]` and `#[should_panic]` go to both tests; other attributes stay with the function.
#[proc_macro_attribute]
pub fn both_stores(arguments: TokenStream, function: TokenStream) -> TokenStream {
    both_stores::expand(arguments.into(), function.into()).into()
}
