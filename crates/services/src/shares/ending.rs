//! Shares end with who made them, with whom they are for, and with what they are of.

use crate::Refusal;
use oneclaw_domain::{Principal, ShareId, Timestamp};
use oneclaw_policy::InOrg;
use oneclaw_storage::{MailSubject, Tx};

/// Ends the shares of some who leave the organization, those that they made and those that name
/// them, together with the mail that still waits to tell of them; gives how many they were. No
/// version of a secret is locked after that: who counts reads locks versions first.
pub(crate) async fn end_shares_of(
    tx: &mut dyn Tx,
    org: InOrg,
    who: &[Principal],
    now: Timestamp,
) -> Result<u64, Refusal> {
    let ended = tx.shares().revoke_of(org, who, now).await?;
    cancel_mail_of(tx, &ended, now).await?;
    Ok(ended.len() as u64)
}

/// Cancels the mail that waits to tell of shares that have ended.
pub(crate) async fn cancel_mail_of(
    tx: &mut dyn Tx,
    shares: &[ShareId],
    now: Timestamp,
) -> Result<(), Refusal> {
    for share in shares {
        let about = MailSubject::Share(share.uuid());
        tx.outbox().cancel(about, now).await?;
    }
    Ok(())
}
