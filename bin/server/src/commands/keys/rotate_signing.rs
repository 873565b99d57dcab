//! `oneclaw keys rotate signing`: a new key for new tokens.

use oneclaw_domain::TokenTtl;
use oneclaw_services::KeyAdmin;

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::Parts;

/// Makes a new signing key. The keys before it verify until the last token that they signed has expired, or in an
/// emergency not at all any more.
///
/// # Errors
/// The store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration, emergency: bool) -> Result<(), Failure> {
    let accounts = &configuration.accounts;
    let people = accounts.user_token_ttl.max(accounts.key_token_ttl);
    // an agent may have a life of its own for its tokens
    let longest = people.max(TokenTtl::MAX);
    let parts = Parts::open_existing(configuration).await?;
    let rotation = KeyAdmin::new(parts.seams(), os_user())
        .rotate_signing(longest, emergency)
        .await?;
    println!("signing key {} signs from now on", rotation.current);
    if emergency {
        println!(
            "the keys before it are dead, and every session with them: everyone has to log in again"
        );
    } else {
        println!("the keys before it verify until {}", rotation.before_until);
    }
    parts.store.close().await;
    Ok(())
}
