//! What follows from what the payment provider says.

use super::period;
use crate::core::{Core, Step};
use crate::{PaymentNews, PaymentNotice, Refusal};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, CREDIT_MONTHS, CreditEntryId, CreditKind,
    CreditLot, CreditLotId, GivenPlan, MicroUsd, OrgId, PlanStatus, ResourceKind, Timestamp,
};
use oneclaw_policy::{Access, Action as _, BookPayment, InOrg, OrgScope, SystemReason, TopUp};
use oneclaw_storage::{CreditChange, LockMode, PaidPlan, PaidPlanOutcome, Tx};

/// The action of an organization's plan changing by what was paid.
const PLAN_CHANGED: &str = "billing.tier";

/// Does what follows, or nothing where it was done already, or is about nobody here. Whose it is is
/// told by the customer that we keep, and by nothing else in the message.
pub(super) async fn book(core: &Core, notice: PaymentNotice, request: &AuditRequest) -> Step<()> {
    if let PaymentNews::Nothing(why) = notice.news {
        tracing::warn!(payment_event = %notice.id, why, "what was paid changes nothing");
        return Ok(());
    }
    let now = core.now();
    let mut tx = core.seams.store.begin().await?;
    let found = tx.billing().find_customer(&notice.customer).await?;
    let locked = match found {
        Some(org) => tx.orgs().lock(org, LockMode::Exclusive).await?.map(|_| org),
        None => None,
    };
    let Some(org) = locked else {
        tracing::warn!(payment_event = %notice.id, "no organization is this customer");
        return Ok(());
    };
    let access = Access::<BookPayment>::system(OrgScope { org }, SystemReason::PaymentProvider);
    if !tx.billing().take_payment_event(&notice.id, now).await? {
        return Ok(()); // it was handled before
    }
    let blank = event(core, org, &notice, request);
    let done = match notice.news {
        PaymentNews::Credits { sale, cents } => {
            add_credits(core, &mut *tx, access.in_org(), &sale, cents)
                .await?
                .then(|| paid(blank, cents))
        }
        PaymentNews::Plan { subscription, plan } => {
            let paid = PaidPlan {
                plan: plan.map(period::kept),
                subscription,
                said_at: notice.said_at,
                heard_at: now,
            };
            let outcome = tx.billing().set_paid_plan(&access, &paid).await?;
            followed(blank, paid.plan, outcome)
        }
        PaymentNews::PlanUnpaid { subscription } => {
            let said_at = notice.said_at;
            let paid = unpaid(&mut *tx, access.in_org(), subscription, (said_at, now)).await?;
            let outcome = match &paid.plan {
                Some(_) => tx.billing().set_paid_plan(&access, &paid).await?,
                None => PaidPlanOutcome::Stale,
            };
            followed(blank, paid.plan, outcome)
        }
        PaymentNews::Nothing(_) => None,
    };
    if let Some(event) = done {
        let () = tx.commit(event).await?.yields(()).into_inner();
    }
    Ok(())
}

/// The plan that was bought, as it stands once it was not paid. What was given is not paid by anybody.
async fn unpaid(
    tx: &mut dyn Tx,
    org: InOrg,
    subscription: String,
    (said_at, heard_at): (Timestamp, Timestamp),
) -> Step<PaidPlan> {
    let billed = tx.billing().lock(org, heard_at).await?;
    let plan = billed.and_then(|billed| billed.org.plan);
    let plan = plan.filter(GivenPlan::is_bought);
    Ok(PaidPlan {
        plan: plan.map(|plan| GivenPlan {
            status: PlanStatus::PastDue,
            ..plan
        }),
        subscription,
        said_at,
        heard_at,
    })
}

/// Adds what was paid, unless that sale was credited before; tells whether it did.
async fn add_credits(
    core: &Core,
    tx: &mut dyn Tx,
    org: InOrg,
    sale: &str,
    cents: i64,
) -> Step<bool> {
    let now = core.now();
    let once = format!("sale {sale}");
    if !tx.billing().take_payment_event(&once, now).await? {
        return Ok(false);
    }
    let amount = MicroUsd::cents(cents).map_err(|_| too_much())?;
    let lot = CreditLot {
        id: core.id(CreditLotId::from_uuid),
        granted: amount,
        left: amount,
        created_at: now,
        expires_at: now.plus_months(CREDIT_MONTHS),
    };
    let change = CreditChange {
        lot: Some(lot),
        taken: MicroUsd::ZERO,
        entry: core.id(CreditEntryId::from_uuid),
        kind: CreditKind::Topup,
        description: "Credits bought".to_owned(),
        at: now,
    };
    let balance = tx.billing().change_credits(org, &change).await?;
    balance.map(|_| true).ok_or_else(|| too_much().into())
}

/// What is told where credits would be more than can be counted.
pub(crate) const TOO_MUCH: &str = "The credits would be more than can be counted";

const fn too_much() -> Refusal {
    Refusal::Conflict(TOO_MUCH)
}

/// What is recorded in the organization's chain: by the server, because no caller of ours did it.
fn event(core: &Core, org: OrgId, notice: &PaymentNotice, request: &AuditRequest) -> AuditEvent {
    let resource = AuditResource::new(ResourceKind::Billing, &org);
    core.bare_event(PLAN_CHANGED, Some(org), Actor::System, resource, request)
        .with("payment_event", notice.id.as_str())
}

fn paid(event: AuditEvent, cents: i64) -> AuditEvent {
    let event = AuditEvent {
        action: TopUp::NAME,
        ..event
    };
    event.with("step", "paid").with("amount_cents", cents)
}

/// The event of it, where anything came of it.
fn followed(
    event: AuditEvent,
    plan: Option<GivenPlan>,
    outcome: PaidPlanOutcome,
) -> Option<AuditEvent> {
    match outcome {
        PaidPlanOutcome::Stale => None,
        PaidPlanOutcome::Noted => Some(changed(event, plan).with("plan_in_force", "another")),
        PaidPlanOutcome::Stands => Some(changed(event, plan)),
    }
}

fn changed(event: AuditEvent, plan: Option<GivenPlan>) -> AuditEvent {
    let Some(plan) = plan.map(period::shown) else {
        return event.with("tier", serde_json::Value::Null);
    };
    let event = event
        .with("tier", plan.tier.as_str())
        .with("status", plan.status.as_str())
        .with("cancels", plan.cancels);
    match plan.ends_at {
        Some(end) => event.with("period_end", end.to_string()),
        None => event,
    }
}
