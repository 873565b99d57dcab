//! Shares end with who made them, and with whom they are for.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::Principal;
use oneclaw_policy::InOrg;
use oneclaw_storage::{MailSubject, Tx};

/// Ends the shares of somebody who leaves the organization: those that they made, with the mail that
/// still waits to tell of them, and those that name them.
pub(crate) async fn end_shares_of(
    core: &Core,
    tx: &mut dyn Tx,
    org: InOrg,
    who: Principal,
) -> Result<(), Refusal> {
    let now = core.now();
    for share in tx.shares().revoke_made_by(org, who, now).await? {
        let about = MailSubject::Share(share.uuid());
        tx.outbox().cancel(about, now).await?;
    }
    tx.shares().revoke_given_to(org, who, now).await?;
    Ok(())
}
