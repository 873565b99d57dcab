//! A person registers an agent.

use super::Agents;
use super::register::{KeyedAgent, RegisterAgentCommand, register};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_domain::{AuditEvent, AuditResource, ResourceKind};
use oneclaw_policy::RegisterAgent;
use oneclaw_storage::{LockMode, Recorded};

impl Agents {
    /// Registers an agent without any grant; its key is shown this once.
    ///
    /// # Errors
    /// As [`register`]; the caller is an agent, or its credential is limited.
    pub async fn create(
        &self,
        command: RegisterAgentCommand,
        caller: &Caller,
    ) -> Result<Recorded<KeyedAgent>, Refusal> {
        let mut event = self
            .core
            .event::<RegisterAgent>(caller, &caller.org_scope());
        let done = boxed(self.try_create(command, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: RegisterAgentCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<KeyedAgent>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let on = caller.org_scope();
        let access = core
            .gate
            .judge_in::<RegisterAgent>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
            .await?;
        let made = register(core, &mut *tx, &access, command).await?;
        event.resource = AuditResource::new(ResourceKind::Agent, &made.agent.id);
        Ok(tx.commit(event.clone()).await?.yields(made))
    }
}
