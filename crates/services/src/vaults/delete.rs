//! Somebody deletes a vault.

use super::Vaults;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use crate::shares::cancel_mail_of;
use oneclaw_domain::{Resource, VaultId};
use oneclaw_policy::{DeleteVault, VaultScope};
use oneclaw_storage::{LockMode, Recorded, VaultGone};

impl Vaults {
    /// Deletes a vault with its secrets, their versions, its key and what is shared of it.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; it is the system's
    /// own.
    pub async fn delete(&self, vault: VaultId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let mut event = core.event::<DeleteVault>(caller, &on);
        let done: Step<_> = async {
            let event = &mut event;
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DeleteVault>(
                    &mut *tx,
                    caller,
                    on.clone(),
                    LockMode::Exclusive,
                    core.now(),
                )
                .await?;
            if access.vault().is_some_and(|vault| vault.is_system) {
                return Err(Refusal::Conflict("The system's own vault cannot be deleted").into());
            }
            let VaultGone { secrets, shares } = tx
                .vaults()
                .delete(&access)
                .await?
                .ok_or(Refusal::NotFound)?;
            cancel_mail_of(&mut *tx, &shares, core.now()).await?;
            tx.orgs()
                .release(access.in_org(), Resource::Vaults, 1)
                .await?;
            tx.orgs()
                .release(access.in_org(), Resource::Secrets, secrets)
                .await?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            let event = event.clone().with("secrets", secrets);
            let committed = tx.commit(event).await?;
            core.keys.vaults.forget(vault);
            Ok(committed.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
