//! A person takes along what is kept of theirs.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Agent, AuditEvent, PageSize, Policy, StepUpPurpose, Timestamp, User, Vault};
use oneclaw_policy::{Access, ExportData};
use oneclaw_storage::{ExportedSecret, LockMode};

/// Everything that a person made or manages, without values.
#[derive(Debug)]
pub struct Export {
    /// When it was made.
    pub exported_at: Timestamp,
    /// Who.
    pub user: User,
    /// Vaults.
    pub vaults: Vec<Vault>,
    /// Agents.
    pub agents: Vec<Agent>,
    /// The newest version of each secret in those vaults, without its value.
    pub secrets: Vec<ExportedSecret>,
    /// Policies on those vaults.
    pub policies: Vec<Policy>,
}

/// Every row of a list, page by page: no statement reads more than one.
macro_rules! all {
    ($reader:expr, $access:expr, $list:ident, |$row:ident| $id:expr) => {{
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let mut page = $reader
                .export()
                .$list($access, after, PageSize::MAX)
                .await?;
            after = page.items.last().map(|$row| $id);
            rows.append(&mut page.items);
            if !page.more || after.is_none() {
                break rows;
            }
        }
    }};
}

impl Accounts {
    /// What the caller made or manages, without values, hashes and second factors.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`]; the credential is limited; the organization has another export
    /// under way.
    pub async fn export(
        &self,
        confirm: Option<SecretText>,
        caller: &Caller,
    ) -> Result<Export, Refusal> {
        let mut event = self.core.event::<ExportData>(caller, &caller.account());
        let done = boxed(self.try_export(confirm, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_export(
        &self,
        confirm: Option<SecretText>,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Export> {
        let core = &*self.core;
        let confirmation = core
            .confirm::<ExportData>(caller, confirm.as_ref(), event)
            .await?;
        let slot = self.exports.enter(caller.org());
        let _slot = slot.ok_or(Refusal::TooManyRequests { retry_after: 1 })?;
        let mut tx = core.seams.store.begin().await?;
        let (on, now) = (caller.account(), core.now());
        let access = core
            .gate
            .judge_in::<ExportData>(&mut *tx, caller, on, LockMode::Shared, now)
            .await?;
        let account = access.in_account();
        core.step_up(&mut *tx, account, StepUpPurpose::ExportData, &confirmation)
            .await?;
        let (user, _) = tx.users().lock(account).await?.ok_or(Refusal::NotFound)?;
        let event = event.clone().with("by", confirmation.by());
        // the event is on disk before anything is read: nobody holds the account while that lasts
        let user = tx.commit(event).await?.yields(user).into_inner();
        self.gather(&access, user).await
    }

    async fn gather(&self, access: &Access<ExportData>, user: User) -> Step<Export> {
        let core = &*self.core;
        let mut reader = core.seams.store.read().await?;
        Ok(Export {
            exported_at: core.now(),
            user,
            vaults: all!(reader, access, vaults, |vault| vault.id),
            agents: all!(reader, access, agents, |agent| agent.id),
            secrets: all!(reader, access, secrets, |secret| secret.id),
            policies: all!(reader, access, policies, |policy| policy.id),
        })
    }
}
