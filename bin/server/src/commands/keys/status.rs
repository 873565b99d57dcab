//! `oneclaw keys status`: which keys there are. Ids only.

use oneclaw_services::KeyAdmin;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::{Keys, Parts};

/// Prints the master keys, the signing keys and the audit keys.
///
/// # Errors
/// The store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let admin = KeyAdmin::new(parts.seams(), os_user());
    let provider = parts.keys.provider();
    println!(
        "master key  {} ({})",
        provider.current(),
        provider.describe()
    );
    if let Keys::File(file, _) = &parts.keys {
        for id in file.ids().into_iter().skip(1) {
            println!("            {id} (former, still in the file)");
        }
    }
    match admin.master_key().await? {
        Some(id) if id != provider.current() => {
            println!(
                "            {id} still wraps the keys in the store: run `oneclaw keys rotate master`"
            );
        }
        _ => {}
    }
    for (kid, made, until) in admin.signing_keys().await? {
        let state = match until {
            None => "signs".to_owned(),
            Some(until) => format!("verifies until {until}"),
        };
        println!("signing key {kid} made {made}, {state}");
    }
    for (id, starts_at) in admin.audit_keys().await? {
        println!("audit key   {id} counts from {starts_at} on");
    }
    parts.store.close().await;
    Ok(())
}
