//! Somebody asks which vault keeps the agents' identity keys.

use super::Vaults;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::VaultId;
use oneclaw_policy::FindAgentKeysVault;

impl Vaults {
    /// The vault that keeps the private halves of the agents' identity keys.
    ///
    /// # Errors
    /// No agent was ever registered in the organization; the caller is no person.
    pub async fn find_agent_keys(&self, caller: &Caller) -> Result<VaultId, Refusal> {
        let core = &*self.core;
        let event = core.event::<FindAgentKeysVault>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<FindAgentKeysVault>(store, caller, caller.org_scope(), core.now())
                .await?;
            let found = store.read().await?.vaults().agent_keys(&access).await?;
            let vault = found.ok_or(Refusal::NotFound)?;
            Ok(core.journal.record(event.clone()).await?.covers(vault))
        }
        .await;
        core.settle(event, done).await
    }
}
