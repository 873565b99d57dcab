//! A person deletes their own account.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::mail::{Message, Post};
use crate::shares::{cancel_mail_of, end_shares_of};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, Principal, Role, StepUpPurpose, User};
use oneclaw_policy::{Access, DeleteAccount};
use oneclaw_storage::{LockMode, Recorded, Tx};

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
        let is_last = is_last_member(&mut *tx, &access, &user).await?;
        core.end_sessions(&mut *tx, account, None).await?;
        tx.outbox().cancel_invitations_of(account, now).await?;
        let mut vaults = Vec::new();
        if is_last {
            let gone = tx.orgs().delete(&access).await?;
            cancel_mail_of(&mut *tx, &gone.shares, now).await?;
            vaults = gone.vaults;
        } else {
            let gone = [Principal::User(account.user())];
            end_shares_of(&mut *tx, access.in_org(), &gone, now).await?;
            tx.members().remove(account).await?;
        }
        let told = Message::AccountDeleted {
            display_name: user.display_name.as_str().to_owned(),
        };
        let _posted = core.post(&mut *tx, Post::new(&user.email, &told)).await?;
        let event = event
            .clone()
            .with("by", confirmation.by())
            .with("was", user.role.as_str())
            .with("org_deleted", is_last);
        let committed = tx.commit(event).await?;
        for vault in vaults {
            core.keys.vaults.forget(vault);
        }
        Ok(committed.yields(()))
    }
}

/// Whether nobody else is in the organization, which then goes too. Its lock is held, so that two
/// who leave at once take turns.
async fn is_last_member(
    tx: &mut dyn Tx,
    access: &Access<DeleteAccount>,
    user: &User,
) -> Step<bool> {
    let org = access.in_org();
    if tx.members().count(org).await? > 1 {
        if user.role == Role::Owner && tx.members().owners(org).await? <= 1 {
            let reason = "You are the organization's last owner: make another member one first";
            return Err(Refusal::Conflict(reason).into());
        }
        return Ok(false);
    }
    let found = tx.orgs().find(org).await?.ok_or(Refusal::NotFound)?;
    if found.is_platform {
        // else the next stranger who signs up would run the installation
        let reason = "You are the last member of the organization that runs this installation: make \
                      somebody else its owner first";
        return Err(Refusal::Conflict(reason).into());
    }
    Ok(true)
}
