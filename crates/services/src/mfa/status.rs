//! A person asks whether their second factor is on.

use super::Mfa;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_policy::ReadMfa;

impl Mfa {
    /// Whether the caller's account asks for a second factor.
    ///
    /// # Errors
    /// The caller is no person.
    pub async fn status(&self, caller: &Caller) -> Result<bool, Refusal> {
        let core = &*self.core;
        let event = core.event::<ReadMfa>(caller, &caller.account());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ReadMfa>(store, caller, caller.account(), core.now())
                .await?;
            let is_on = store.read().await?.second_factors().is_on(&access).await?;
            Ok(core.journal.record(event.clone()).await?.covers(is_on))
        }
        .await;
        core.settle(event, done).await
    }
}
