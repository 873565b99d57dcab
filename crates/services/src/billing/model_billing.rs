//! Somebody asks whether models are billed here.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_policy::ReadModelBilling;

impl Billing {
    /// Whether the tokens of language models are billed: never.
    ///
    /// # Errors
    /// The caller is no person.
    pub async fn bills_models(&self, caller: &Caller) -> Result<bool, Refusal> {
        let core = &*self.core;
        let event = core.event::<ReadModelBilling>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (_access, _) = core
                .gate
                .judge_alone::<ReadModelBilling>(store, caller, caller.org_scope(), core.now())
                .await?;
            Ok(core.journal.record(event.clone()).await?.covers(false))
        }
        .await;
        core.settle(event, done).await
    }
}
