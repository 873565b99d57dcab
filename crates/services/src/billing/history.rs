//! Somebody looks at the organization's last requests.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{PageSize, UsageEvent};
use oneclaw_policy::ListUsage;

impl Billing {
    /// The organization's last requests, newest first.
    ///
    /// # Errors
    /// The caller is no person of it.
    pub async fn history(
        &self,
        size: PageSize,
        caller: &Caller,
    ) -> Result<Vec<UsageEvent>, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListUsage>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListUsage>(store, caller, caller.org_scope(), core.now())
                .await?;
            let mut reader = store.read().await?;
            let events = reader.billing().history(access.in_org(), size).await?;
            drop(reader); // the journal takes a connection of its own
            Ok(core.journal.record(event.clone()).await?.covers(events))
        }
        .await;
        core.settle(event, done).await
    }
}
