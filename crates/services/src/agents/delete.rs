//! Who keeps an agent deletes it.

use super::Agents;
use super::identity::forget;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use oneclaw_domain::{AgentId, Resource};
use oneclaw_policy::{Access, AgentAt, DeleteAgent};
use oneclaw_storage::{LockMode, Recorded, Tx};
use std::slice;

impl Agents {
    /// Deletes an agent with its key, its tokens, the policies that name it and the private halves
    /// of its identity keys, what it shares and what is shared with it. Vaults that it made stay.
    ///
    /// # Errors
    /// No such agent; the caller neither registered it nor manages the organization.
    pub async fn delete(&self, agent: AgentId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let on = AgentAt {
            org: caller.org(),
            agent,
        };
        let event = core.event::<DeleteAgent>(caller, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DeleteAgent>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
                .await?;
            let deleted = delete_in(core, &mut *tx, slice::from_ref(&access)).await?;
            deleted.first().ok_or(Refusal::NotFound)?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            Ok(tx
                .commit(event.clone().with("deleted", true))
                .await?
                .yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}

/// Deletes those of these agents that are there, in a unit of work that holds their organization
/// exclusively, and raises the epoch afterwards; gives their ids. What is theirs goes in one step:
/// agent by agent, it would wait for reads that are counted, and they for it.
pub(super) async fn delete_in(
    core: &Core,
    tx: &mut dyn Tx,
    agents: &[Access<DeleteAgent>],
) -> Step<Vec<AgentId>> {
    let (mut deleted, mut active) = (Vec::new(), 0);
    let Some(org) = agents.first().map(Access::in_org) else {
        return Ok(deleted);
    };
    for access in agents {
        let id = access.on().agent;
        if let Some(agent) = tx.agents().lock(org, id).await? {
            tx.agents().delete(access).await?;
            active += i64::from(agent.is_active);
            deleted.push(id);
        }
    }
    if active > 0 {
        tx.orgs().release(org, Resource::Agents, active).await?;
    }
    forget(core, tx, org, &deleted).await?;
    Ok(deleted)
}
