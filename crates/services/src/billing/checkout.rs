//! What buying a plan, buying credits and the portal have in common.

use super::Billing;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Core, Step};
use crate::settings::AttemptLimit;
use crate::{PaymentError, Refusal};
use oneclaw_domain::{AuditEvent, Invalid};
use oneclaw_policy::{Access, Action, InOrg, OrgScope};
use oneclaw_storage::{BilledOrg, LockMode, Recorded};

/// Pages that one organization may have the payment provider open: more is no person.
const PAGES: AttemptLimit = AttemptLimit::new(30, 60);

impl From<PaymentError> for Refusal {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotConfigured(text) => Self::NotConfigured(text),
            PaymentError::Unsigned => Self::field(
                "Stripe-Signature",
                &Invalid::new("must be the payment provider's, of the last 5 minutes"),
            ),
            PaymentError::Unreadable => Self::field(
                "body",
                &Invalid::new("is no event that can be read, though it is signed"),
            ),
            PaymentError::Unavailable(_) => Self::Unavailable(Box::new(error)),
        }
    }
}

/// Judges the caller, and gives what is to be known of their organization, if anything is sold here
/// and they do not ask too often.
pub(super) async fn enter<A: Action<On = OrgScope>>(
    core: &Core,
    caller: &Caller,
) -> Step<(Access<A>, BilledOrg)> {
    let store = &core.seams.store;
    let (access, _) = core
        .gate
        .judge_alone::<A>(store, caller, caller.org_scope(), core.now())
        .await?;
    core.seams.payments.ready()?;
    let org = caller.org().to_string();
    Counter::new(core, "payment pages of", &org, PAGES)
        .count(core)
        .await?;
    let billed = billed(core, access.in_org()).await?;
    Ok((access, billed))
}

async fn billed(core: &Core, org: InOrg) -> Step<BilledOrg> {
    let mut reader = core.seams.store.read().await?;
    let found = reader.billing().org(org, core.now()).await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// Who the organization is to the provider, which learns of it here where it does not know it yet.
pub(super) async fn customer(core: &Core, billed: &BilledOrg) -> Step<String> {
    if let Some(customer) = &billed.customer {
        return Ok(customer.clone());
    }
    Ok(core.seams.payments.open_customer(billed.org.id).await?)
}

impl Billing {
    /// Gives out the address of a page for a customer, once it is on disk that the customer is this
    /// organization: what is paid there must find its way back.
    pub(super) async fn hand_out<A: Action<On = OrgScope>>(
        &self,
        caller: &Caller,
        customer: &str,
        page: String,
        event: AuditEvent,
    ) -> Step<Recorded<String>> {
        let core = &*self.core;
        let (mode, now) = (LockMode::Exclusive, core.now());
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<A>(&mut *tx, caller, caller.org_scope(), mode, now)
            .await?;
        let org = access.in_org();
        let billed = tx.billing().lock(org, now).await?;
        let billed = billed.ok_or(Refusal::NotFound)?;
        match billed.customer.as_deref() {
            Some(known) if known == customer => {}
            Some(_) => {
                let other = "Somebody else of the organization was just doing this: try again";
                return Err(Refusal::Conflict(other).into());
            }
            None => tx.billing().set_customer(org, customer).await?,
        }
        Ok(tx.commit(event).await?.yields(page))
    }
}
