//! Somebody looks at a vault.

use super::Vaults;
use crate::access::Caller;
use crate::core::Step;
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{Vault, VaultId};
use oneclaw_policy::{Facts, ReadVault, VaultScope};

impl Vaults {
    /// A vault on which the caller holds any grant.
    ///
    /// # Errors
    /// No such vault in the caller's organization; no grant.
    pub async fn show(&self, vault: VaultId, caller: &Caller) -> Result<Vault, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let mut event = core.event::<ReadVault>(caller, &on);
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let found = store.read().await?.vaults().find(on.org, on.vault).await?;
            let found = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
            let seen = (found.epoch, Facts::vault(found.vault.as_ref()));
            let access = core
                .gate
                .judge::<ReadVault>(store, caller, on.clone(), seen, core.now())
                .await?;
            let vault = found
                .row
                .and_then(|row| row.open(&access))
                .ok_or(Refusal::NotFound)?;
            Ok(core.journal.record(event.clone()).await?.covers(vault))
        }
        .await;
        core.settle(event, done).await
    }
}
