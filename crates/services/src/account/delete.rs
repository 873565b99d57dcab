//! A person deletes their own account.

use super::Accounts;
use super::end::LastOf;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, StepUpPurpose};
use oneclaw_policy::DeleteAccount;
use oneclaw_storage::{LockMode, Recorded};

const LAST: LastOf = LastOf {
    owners: "You are the organization's last owner: make another member one first",
    platform: "You are the last member of the organization that runs this installation: make \
               somebody else its owner first",
};

impl Accounts {
    /// Deletes the caller's account with its sessions, keys, the policies that name it and what it
    /// shares. What they made stays with the organization; who was its only member takes it along.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`]; the organization would have members and no owner; the caller is
    /// the last one of the organization that runs the installation; the credential is limited.
    pub async fn delete(
        &self,
        confirm: Option<SecretText>,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let mut event = self.core.event::<DeleteAccount>(caller, &caller.account());
        let done = boxed(self.try_delete(confirm, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_delete(
        &self,
        confirm: Option<SecretText>,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        let confirmation = core
            .confirm::<DeleteAccount>(caller, confirm.as_ref(), event)
            .await?;
        let mut tx = core.seams.store.begin().await?;
        let (on, mode, now) = (caller.account(), LockMode::Exclusive, core.now());
        let access = core
            .gate
            .judge_in::<DeleteAccount>(&mut *tx, caller, on, mode, now)
            .await?;
        let account = access.in_account();
        core.step_up(
            &mut *tx,
            account,
            StepUpPurpose::DeleteAccount,
            &confirmation,
        )
        .await?;
        let found = tx.members().lock(access.in_org(), account.user()).await?;
        let user = found.ok_or(Refusal::NotFound)?;
        let ended = core.end_account(&mut *tx, &access, &user, &LAST).await?;
        let event = event
            .clone()
            .with("by", confirmation.by())
            .with("was", user.role.as_str());
        let committed = tx.commit(ended.noted_in(event)).await?;
        ended.forget(core);
        Ok(committed.yields(()))
    }
}
