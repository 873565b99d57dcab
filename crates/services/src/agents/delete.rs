//! Who keeps an agent deletes it.

use super::Agents;
use super::identity::forget;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::shares::end_shares_of;
use oneclaw_domain::{AgentId, Principal, Resource};
use oneclaw_policy::{Access, AgentAt, DeleteAgent};
use oneclaw_storage::{LockMode, Recorded, Tx};

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
            delete_in(core, &mut *tx, &access).await?;
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

/// Deletes an agent in a unit of work that holds its organization exclusively, and raises the epoch
/// afterwards.
pub(super) async fn delete_in(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<DeleteAgent>,
) -> Step<()> {
    let (org, id) = (access.in_org(), access.on().agent);
    let agent = tx.agents().lock(org, id).await?;
    let agent = agent.ok_or(Refusal::NotFound)?;
    end_shares_of(core, tx, org, Principal::Agent(id)).await?;
    tx.agents().delete(access).await?;
    if agent.is_active {
        tx.orgs().release(org, Resource::Agents, 1).await?;
    }
    forget(core, tx, org, id).await
}
