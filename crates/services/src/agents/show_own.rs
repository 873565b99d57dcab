//! An agent looks at itself.

use super::Agents;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::Agent;
use oneclaw_policy::ReadOwnAgent;

impl Agents {
    /// The caller itself, as an agent.
    ///
    /// # Errors
    /// The caller is a person.
    pub async fn show_own(&self, caller: &Caller) -> Result<Agent, Refusal> {
        let core = &*self.core;
        let on = caller.itself();
        let mut event = core.event::<ReadOwnAgent>(caller, &on);
        event.resource = caller.resource();
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ReadOwnAgent>(store, caller, on, core.now())
                .await?;
            let found = store.read().await?.agents().find_own(&access).await?;
            let agent = found.ok_or(Refusal::NotFound)?;
            Ok(core.journal.record(event.clone()).await?.covers(agent))
        }
        .await;
        core.settle(event, done).await
    }
}
