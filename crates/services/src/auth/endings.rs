//! What ends when somebody changes how they prove who they are.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{ProofKind, SessionId};
use oneclaw_policy::InAccount;
use oneclaw_storage::{MailSubject, Tx};

/// What a session gives out and nothing else does: it ends with the sessions.
const OF_SESSIONS: &[ProofKind] = &[
    ProofKind::Challenge,
    ProofKind::StepUp,
    ProofKind::EmailChange,
];

impl Core {
    /// Ends an account's sessions but `keep`, with whatever else would give a new one: tokens that
    /// were mailed, logins that wait for a second factor, step-ups, a change of address, devices
    /// that were let in and have not asked yet. Mail that carries such a token is not sent any more.
    /// The organization is locked exclusively; raises its epoch.
    ///
    /// By a session of somebody who has not proved the address, what was mailed to it stays good:
    /// else a squatter could keep the links of its true owner dead for ever.
    pub(crate) async fn end_sessions(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        keep: Option<SessionId>,
    ) -> Result<(), Refusal> {
        self.end_other_sessions(tx, account, keep).await?;
        if keep.is_some() && tx.shares().proved_email(account).await?.is_none() {
            return Ok(());
        }
        tx.proofs().void(account, ProofKind::ALL).await?;
        let mails = MailSubject::Proof(account.user().uuid());
        tx.outbox().cancel(mails, self.now()).await?;
        Ok(())
    }

    /// The same, but what was mailed stays good: a second factor was turned on, which no mailed
    /// token gets past.
    pub(crate) async fn end_other_sessions(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        keep: Option<SessionId>,
    ) -> Result<(), Refusal> {
        tx.sessions().end_others(account, keep, self.now()).await?;
        tx.proofs().void(account, OF_SESSIONS).await?;
        tx.devices().take_back(account).await?;
        Ok(tx.orgs().raise_epoch(account.in_org()).await?)
    }
}
