//! What ends when somebody changes how they prove who they are.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{ProofKind, SessionId};
use oneclaw_policy::InAccount;
use oneclaw_storage::{MailSubject, Tx};

impl Core {
    /// Ends an account's sessions but `keep`, with whatever else would give a new one: tokens that
    /// were mailed, logins that wait for a second factor, step-ups, a change of address, devices
    /// that were let in and have not asked yet. Mail that carries such a token is not sent any more.
    /// The organization is locked exclusively; raises its epoch.
    pub(crate) async fn end_sessions(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        keep: Option<SessionId>,
    ) -> Result<(), Refusal> {
        let now = self.now();
        tx.sessions().end_others(account, keep, now).await?;
        tx.proofs().void(account, ProofKind::ALL).await?;
        tx.devices().take_back(account).await?;
        let mails = MailSubject::Proof(account.user().uuid());
        tx.outbox().cancel(mails, now).await?;
        tx.orgs().raise_epoch(account.in_org()).await?;
        Ok(())
    }
}
