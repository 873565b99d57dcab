//! Somebody opens the payment provider's page about what was bought.

use super::Billing;
use super::checkout::enter;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_policy::OpenPortal;

impl Billing {
    /// Opens a page of the payment provider with the organization's bills, where what was bought is
    /// changed or ended, and gives its address.
    ///
    /// # Errors
    /// The caller does not manage the organization; nothing is sold here; nothing was bought yet.
    pub async fn open_portal(&self, caller: &Caller) -> Result<String, Refusal> {
        let core = &*self.core;
        let event = core.event::<OpenPortal>(caller, &caller.org_scope());
        let done: Step<_> = boxed(async {
            let (_access, billed) = enter::<OpenPortal>(core, caller).await?;
            let none = Refusal::Conflict("Nothing was bought yet: there are no bills to show");
            let customer = billed.customer.ok_or(none)?;
            let page = core.seams.payments.open_portal(&customer).await?;
            Ok(core.journal.record(event.clone()).await?.covers(page))
        })
        .await;
        core.settle(event, done).await
    }
}
