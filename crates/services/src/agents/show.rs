//! Somebody looks at an agent.

use super::Agents;
use crate::access::Caller;
use crate::core::Step;
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{Agent, AgentId};
use oneclaw_policy::{AgentAt, Facts, ReadAgent};

impl Agents {
    /// An agent of the caller's organization; agents see themselves alone.
    ///
    /// # Errors
    /// No such agent in the organization; the caller is another agent.
    pub async fn show(&self, agent: AgentId, caller: &Caller) -> Result<Agent, Refusal> {
        let core = &*self.core;
        let on = AgentAt {
            org: caller.org(),
            agent,
        };
        let mut event = core.event::<ReadAgent>(caller, &on);
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let mut reader = store.read().await?;
            let found = reader.access().agent_owner(on.org, agent).await?;
            drop(reader);
            let (epoch, owner) = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
            let seen = (epoch, Facts::agent(owner.as_ref()));
            let access = core
                .gate
                .judge::<ReadAgent>(store, caller, on.clone(), seen, core.now())
                .await?;
            let found = store.read().await?.agents().find(&access).await?;
            let agent = found.ok_or(Refusal::NotFound)?;
            Ok(core.journal.record(event.clone()).await?.covers(agent))
        }
        .await;
        core.settle(event, done).await
    }
}
