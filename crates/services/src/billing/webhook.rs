//! The payment provider says something.

use super::Billing;
use super::book::book;
use crate::Refusal;
use crate::auth::Admitted;
use crate::core::{Step, boxed};
use oneclaw_domain::{Actor, AuditRequest};
use oneclaw_policy::{Action as _, BookPayment, Installation, Target as _};

impl Billing {
    /// Takes a message of the payment provider, and does what follows from it, once. What follows
    /// is recorded in the organization that it is about.
    ///
    /// # Errors
    /// It is not the provider's; no provider is configured; the store fails, and the provider is to
    /// say it again.
    pub async fn webhook(
        &self,
        admitted: Admitted,
        body: &[u8],
        signature: Option<&str>,
        request: &AuditRequest,
    ) -> Result<(), Refusal> {
        let core = &*self.core;
        let resource = Installation.resource();
        let nobody = Actor::Anonymous;
        let event = core.bare_event(BookPayment::NAME, None, nobody, resource, request);
        let done: Step<_> = boxed(async {
            let notice = core
                .seams
                .payments
                .read_notice(body, signature, core.now())?;
            admitted.give_back(core).await;
            match notice {
                Some(notice) => book(core, notice, request).await,
                None => Ok(()),
            }
        })
        .await;
        core.settle(event, done).await
    }
}
