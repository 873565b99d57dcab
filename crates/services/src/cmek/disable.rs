//! Somebody says that a vault's values come in plain again.

use super::Cmek;
use super::pieces::{active, lock_vault};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{Vault, VaultId};
use oneclaw_policy::{DisableCmek, VaultScope};
use oneclaw_storage::{LockMode, Recorded};

impl Cmek {
    /// Takes new values of a vault plain. Those that are there stay under the key that they came
    /// with, and say so.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; it is the
    /// system's own; no key is active.
    pub async fn disable(
        &self,
        vault: VaultId,
        caller: &Caller,
    ) -> Result<Recorded<Vault>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let event = core.event::<DisableCmek>(caller, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DisableCmek>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
                .await?;
            let mut vault = lock_vault(&mut *tx, &access, access.in_vault()).await?;
            let event = event.clone().with("fingerprint", active(&vault)?.as_str());
            tx.cmek().set_fingerprint(access.in_vault(), None).await?;
            vault.cmek = None;
            Ok(tx.commit(event).await?.yields(vault))
        }
        .await;
        core.settle(event, done).await
    }
}
