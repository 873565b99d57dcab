//! Who keeps an agent gives it new identity keys.

use super::Agents;
use super::identity::{IdentityPairs, keep};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_domain::{Agent, AgentId, AuditEvent};
use oneclaw_policy::{AgentAt, RotateIdentityKeys};
use oneclaw_storage::{LockMode, Recorded};

impl Agents {
    /// Gives an agent new identity keys; the versions of the old private halves are disabled.
    ///
    /// # Errors
    /// No such agent; the caller neither registered it nor manages the organization.
    pub async fn rotate_identity(
        &self,
        agent: AgentId,
        caller: &Caller,
    ) -> Result<Recorded<Agent>, Refusal> {
        let on = AgentAt {
            org: caller.org(),
            agent,
        };
        let mut event = self.core.event::<RotateIdentityKeys>(caller, &on);
        let done = boxed(self.try_rotate_identity(on, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_rotate_identity(
        &self,
        on: AgentAt,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Agent>> {
        let core = &*self.core;
        let pairs = IdentityPairs::make()?;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<RotateIdentityKeys>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
            .await?;
        let (org, id) = (access.in_org(), access.on().agent);
        let mut agent = tx.agents().lock(org, id).await?.ok_or(Refusal::NotFound)?;
        agent.identity = pairs.public();
        tx.agents().set_identity(&access, &agent.identity).await?;
        keep(core, &mut *tx, org, caller.principal(), id, &pairs).await?;
        Ok(tx.commit(event.clone()).await?.yields(agent))
    }
}
