//! What holds for whoever follows the link of a request.

use crate::Refusal;
use crate::core::{Core, Step};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{Enrollment, Principal};
use oneclaw_policy::InOrg;
use oneclaw_storage::Tx;

/// The label under which the tokens of links are hashed.
pub(super) const LINK_LABEL: &str = "enrollment link";
/// The label under which the tokens with which agents ask are hashed.
pub(super) const POLL_LABEL: &str = "enrollment poll";

/// The request behind a link, locked, if this person may decide it. Whether it was decided already
/// is for the caller to look at.
///
/// A request that names an address is for the account that has it, and shows itself to no other.
/// That account need not have proved the address: what it gains is to take the agent into its own
/// organization, and for that it also has to hold the link.
pub(super) async fn follow(
    core: &Core,
    tx: &mut dyn Tx,
    (org, who): (InOrg, Option<Principal>),
    token: &SecretText,
) -> Step<Enrollment> {
    if !token_shape("", token.expose()) {
        return Err(Refusal::NotFound.into()); // costs no query
    }
    let hash = core.keys.lookup_hash(LINK_LABEL, token.expose());
    let found = tx.enrollments().lock_by_link(&hash).await?;
    let found = found.filter(|request| request.expires_at > core.now());
    let found = found.ok_or(Refusal::NotFound)?;
    let Some(wanted) = &found.human_email else {
        return Ok(found);
    };
    let person = match who {
        Some(Principal::User(user)) => tx.members().lock(org, user).await?,
        _ => None,
    };
    if person.is_some_and(|person| person.email == *wanted) {
        Ok(found)
    } else {
        Err(Refusal::RequestedOther.into())
    }
}
