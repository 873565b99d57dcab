//! `oneclaw migrate`: brings the store's tables up to date.

use oneclaw_services::Store;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::parts::open_store;

/// Applies what is pending, and prints it.
///
/// # Errors
/// The store cannot be opened, or a migration fails; that one is rolled back.
pub(crate) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let store = open_store(&configuration).await?;
    let applied = store.migrate().await?;
    for name in &applied {
        println!("applied {name}");
    }
    if applied.is_empty() {
        println!("{} is up to date", store.describe());
    }
    store.close().await;
    Ok(())
}
