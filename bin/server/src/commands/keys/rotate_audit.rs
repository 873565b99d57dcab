//! `oneclaw keys rotate audit`: a new key for audit chains.

use oneclaw_services::KeyAdmin;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;

/// Makes a new key for audit chains. What was signed before stays signed by the keys before.
///
/// # Errors
/// A rotation of the master key runs; the store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let (id, starts_at) = KeyAdmin::new(parts.seams(), os_user())
        .rotate_audit()
        .await?;
    println!(
        "audit key {id} counts from {starts_at} on; the keys before it stay for what is older"
    );
    parts.store.close().await;
    Ok(())
}
