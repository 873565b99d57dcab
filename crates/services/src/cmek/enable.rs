//! Somebody says that a vault's values come in under a key of their own.

use super::Cmek;
use super::pieces::lock_vault;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{CmekFingerprint, Org, Tier, Vault, VaultId};
use oneclaw_policy::{EnableCmek, VaultScope};
use oneclaw_storage::{LockMode, Recorded};

impl Cmek {
    /// Takes values of a vault from now on only as its client encrypted them; what is there stays
    /// as it is. The same key again changes nothing.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; the plan does not
    /// have it; it is the system's own; another key is active.
    pub async fn enable(
        &self,
        vault: VaultId,
        fingerprint: CmekFingerprint,
        caller: &Caller,
    ) -> Result<Recorded<Vault>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let event = core.event::<EnableCmek>(caller, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<EnableCmek>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
                .await?;
            let mut vault = lock_vault(&mut *tx, &access, access.in_vault()).await?;
            let org = tx.orgs().find(access.in_org()).await?;
            let org = org.ok_or(Refusal::NotFound)?;
            in_plan(&org, core.plans().tier(&org, core.now()))?;
            if vault.cmek.as_ref().is_some_and(|key| *key != fingerprint) {
                return Err(Refusal::Conflict(
                    "Another key is active: rotate to the new one, or disable CMEK first",
                )
                .into());
            }
            let event = event
                .clone()
                .with("fingerprint", fingerprint.as_str())
                .with("changed", vault.cmek.is_none());
            tx.cmek()
                .set_fingerprint(access.in_vault(), Some(&fingerprint))
                .await?;
            vault.cmek = Some(fingerprint);
            Ok(tx.commit(event).await?.yields(vault))
        }
        .await;
        core.settle(event, done).await
    }
}

/// Contract 10; the platform's organization is exempt from every limit (4.6).
fn in_plan(org: &Org, tier: Tier) -> Result<(), Refusal> {
    if org.is_platform || matches!(tier, Tier::Business | Tier::Enterprise) {
        Ok(())
    } else {
        Err(Refusal::NotInPlan(
            "CMEK requires the Business or Enterprise plan",
        ))
    }
}
