//! Somebody chooses how requests beyond the monthly limit are paid.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::OverageMethod;
use oneclaw_policy::SetOverageMethod;
use oneclaw_storage::{LockMode, Recorded};

impl Billing {
    /// Chooses how requests beyond the monthly limit are paid, from the next one on.
    ///
    /// # Errors
    /// The caller does not manage the organization.
    pub async fn set_overage_method(
        &self,
        method: OverageMethod,
        caller: &Caller,
    ) -> Result<Recorded<OverageMethod>, Refusal> {
        let core = &*self.core;
        let on = caller.org_scope();
        let event = core
            .event::<SetOverageMethod>(caller, &on)
            .with("overage_method", method.as_str());
        let done: Step<_> = async {
            let (mode, now) = (LockMode::Exclusive, core.now());
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<SetOverageMethod>(&mut *tx, caller, on, mode, now)
                .await?;
            tx.billing()
                .set_overage_method(access.in_org(), method)
                .await?;
            Ok(tx.commit(event.clone()).await?.yields(method))
        }
        .await;
        core.settle(event, done).await
    }
}
