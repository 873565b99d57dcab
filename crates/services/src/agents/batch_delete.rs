//! Who manages the organization deletes several agents.

use super::Agents;
use super::delete::delete_in;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_domain::{AgentId, AuditEvent};
use oneclaw_policy::DeleteAgents;
use oneclaw_storage::{LockMode, Recorded};

/// What became of a list of agents that were to be deleted.
#[derive(Clone, Debug, Default)]
pub struct AgentsDeleted {
    /// Those that are gone now.
    pub deleted: Vec<AgentId>,
    /// Those that the organization does not have.
    pub unknown: Vec<AgentId>,
}

impl Agents {
    /// Deletes these agents together; one that is named twice is deleted once.
    ///
    /// # Errors
    /// The caller does not manage the organization.
    pub async fn batch_delete(
        &self,
        agents: Vec<AgentId>,
        caller: &Caller,
    ) -> Result<Recorded<AgentsDeleted>, Refusal> {
        let mut event = self.core.event::<DeleteAgents>(caller, &caller.org_scope());
        let done = boxed(self.try_batch_delete(agents, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_batch_delete(
        &self,
        mut agents: Vec<AgentId>,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<AgentsDeleted>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let on = caller.org_scope();
        let access = core
            .gate
            .judge_in::<DeleteAgents>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
            .await?;
        // in one order, so that two such wait for each other and do not deadlock
        agents.sort_unstable();
        agents.dedup();
        let each: Vec<_> = agents.iter().map(|agent| access.of(*agent)).collect();
        let deleted = delete_in(core, &mut *tx, &each).await?;
        agents.retain(|agent| !deleted.contains(agent));
        let done = AgentsDeleted {
            deleted,
            unknown: agents,
        };
        tx.orgs().raise_epoch(access.in_org()).await?;
        let ids: Vec<String> = done.deleted.iter().map(ToString::to_string).collect();
        let event = event.clone().with("deleted", ids);
        Ok(tx.commit(event).await?.yields(done))
    }
}
