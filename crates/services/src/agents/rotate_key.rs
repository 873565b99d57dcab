//! Who keeps an agent gives it a new API key.

use super::Agents;
use super::register::{FreshKey, KeyedAgent};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::AgentId;
use oneclaw_policy::{AgentAt, RotateAgentKey};
use oneclaw_storage::{LockMode, Recorded};

impl Agents {
    /// Gives an agent a new key, shown this once. The old one and the tokens from it are dead on
    /// every instance from the next request on. An end of the key that is past already goes with
    /// the old key; one that is to come stays.
    ///
    /// # Errors
    /// No such agent; the caller neither registered it nor manages the organization.
    pub async fn rotate_key(
        &self,
        agent: AgentId,
        caller: &Caller,
    ) -> Result<Recorded<KeyedAgent>, Refusal> {
        let core = &*self.core;
        let on = AgentAt {
            org: caller.org(),
            agent,
        };
        let mut event = core.event::<RotateAgentKey>(caller, &on);
        let done: Step<_> = async {
            let event = &mut event;
            let now = core.now();
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<RotateAgentKey>(&mut *tx, caller, on, LockMode::Exclusive, now)
                .await?;
            let found = tx.agents().lock(access.in_org(), agent).await?;
            let mut agent = found.ok_or(Refusal::NotFound)?;
            let ends = agent.key.expires_at.filter(|end| *end > now);
            let fresh = FreshKey::make(core, ends)?;
            tx.agents()
                .set_key(&access, &fresh.key, &fresh.hash)
                .await?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            agent.key = fresh.key;
            let rotated = KeyedAgent {
                agent,
                api_key: fresh.text,
            };
            Ok(tx.commit(event.clone()).await?.yields(rotated))
        }
        .await;
        core.settle(event, done).await
    }
}
