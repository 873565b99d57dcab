//! What Stripe's events mean here (<https://docs.stripe.com/api/events>).

use super::settings::StripePrices;
use oneclaw_domain::{GivenPlan, PlanStatus, Timestamp};
use oneclaw_services::{PaymentNews, PaymentNotice};
use serde_json::Value;

/// Where we note in a sale how much credit it is of, in cents.
pub(super) const CREDIT_CENTS: &str = "oneclaw_credit_cents";
/// Where we note in a sale of which plan it is.
pub(super) const PLAN: &str = "oneclaw_plan";
/// Days for which a plan is tried without payment.
pub(super) const TRIAL_DAYS: i64 = 14;
/// Everything is sold in this currency.
const CURRENCY: &str = "usd";
/// Characters of an id (<https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backward-compatible>).
const MAX_ID: usize = 255;

/// Reads a signed event. The inner `None` is an event of no interest, the outer one no event.
#[expect(
    clippy::option_option,
    reason = "no event, and one of no interest, are answered apart"
)]
pub(super) fn read(body: &[u8], prices: &StripePrices) -> Option<Option<PaymentNotice>> {
    let event: Value = serde_json::from_slice(body).ok()?;
    let id = id_at(&event, "/id")?;
    let said_at = moment_at(&event, "/created")?;
    let object = event.pointer("/data/object")?;
    let news = match text_at(&event, "/type")? {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            sale(object, said_at, prices)
        }
        "customer.subscription.created" | "customer.subscription.updated" => {
            subscription(object, prices)
        }
        "customer.subscription.deleted" => ended(object),
        "invoice.payment_failed" => Some(unpaid(object)),
        _ => return Some(None),
    };
    let provisional = text_at(object, "/mode") == Some("subscription");
    let said_at = match moment_at(object, "/created") {
        // a sale only tells that a plan was bought: what its subscription says counts more, even if
        // it was said before, so a sale speaks as of when its page was opened
        Some(opened_at) if provisional => opened_at,
        _ => said_at,
    };
    let customer = id_at(object, "/customer");
    Some(Some(PaymentNotice {
        id: id.to_owned(),
        news: match &customer {
            Some(_) => news?,
            None => PaymentNews::Nothing("it is of no customer"),
        },
        customer: customer.unwrap_or_default().to_owned(),
        said_at,
    }))
}

/// A page was gone through to its end.
fn sale(session: &Value, said_at: Timestamp, prices: &StripePrices) -> Option<PaymentNews> {
    let nothing = |why| Some(PaymentNews::Nothing(why));
    let currency = text_at(session, "/currency");
    if currency != Some(CURRENCY) {
        return nothing("it was paid in another currency");
    }
    let is_paid = match text_at(session, "/payment_status") {
        Some("paid") => true,
        Some("no_payment_required") => false,
        _ => return nothing("it is not paid yet"),
    };
    let noted = |key| text_at(session.get("metadata")?, &format!("/{key}"));
    match (text_at(session, "/mode"), noted(CREDIT_CENTS), noted(PLAN)) {
        (Some("payment"), Some(offered), _) => {
            let paid = number_at(session, "/amount_total")?;
            if !is_paid || paid <= 0 || offered.parse() != Ok(paid) {
                return nothing("another amount was paid than was asked");
            }
            let sale = id_at(session, "/id")?.to_owned();
            Some(PaymentNews::Credits { sale, cents: paid })
        }
        (Some("subscription"), _, Some(name)) => {
            let Some(offer) = prices.named(name) else {
                return nothing("it is of a plan that is not sold here");
            };
            let months = if offer.is_yearly { 12 } else { 1 };
            let (status, end) = if is_paid {
                (PlanStatus::Active, said_at.plus_months(months))
            } else {
                let end = said_at.plus_seconds(TRIAL_DAYS * 86_400);
                (PlanStatus::Trialing, end)
            };
            Some(PaymentNews::Plan {
                subscription: id_at(session, "/subscription")?.to_owned(),
                plan: Some(GivenPlan {
                    tier: offer.tier,
                    ends_at: Some(end),
                    is_yearly: Some(offer.is_yearly),
                    status,
                    cancels: false,
                }),
            })
        }
        _ => nothing("its page was not opened from here"),
    }
}

/// A subscription was made or changed: it says all there is to know of it.
fn subscription(object: &Value, prices: &StripePrices) -> Option<PaymentNews> {
    let status = match text_at(object, "/status")? {
        "active" => PlanStatus::Active,
        "trialing" => PlanStatus::Trialing,
        "past_due" => PlanStatus::PastDue,
        // never paid: it gave nothing, and what it says may come after what one that is paid does
        "incomplete" | "incomplete_expired" => {
            return Some(PaymentNews::Nothing("the subscription was never paid"));
        }
        // no longer paid, or over
        _ => return ended(object),
    };
    if text_at(object, "/currency").is_some_and(|currency| currency != CURRENCY) {
        return Some(PaymentNews::Nothing("it is paid in another currency"));
    }
    let Some(offer) = prices.find(text_at(object, "/items/data/0/price/id")?) else {
        return Some(PaymentNews::Nothing("its price is not one of ours"));
    };
    // the period stands at the item since Stripe's version of 2025-03-31, and at the subscription
    // before
    let end = moment_at(object, "/items/data/0/current_period_end")
        .or_else(|| moment_at(object, "/current_period_end"))?;
    let cancels_at = moment_at(object, "/cancel_at");
    let is_true = |pointer| object.pointer(pointer) == Some(&Value::Bool(true));
    let cancels = is_true("/cancel_at_period_end") || cancels_at.is_some_and(|at| at <= end);
    Some(PaymentNews::Plan {
        subscription: id_at(object, "/id")?.to_owned(),
        plan: Some(GivenPlan {
            tier: offer.tier,
            ends_at: Some(cancels_at.map_or(end, |at| at.min(end))),
            is_yearly: Some(offer.is_yearly),
            status,
            cancels,
        }),
    })
}

fn ended(object: &Value) -> Option<PaymentNews> {
    Some(PaymentNews::Plan {
        subscription: id_at(object, "/id")?.to_owned(),
        plan: None,
    })
}

/// A bill was not paid. Which subscription it is of stands elsewhere since the version of 2025-03-31.
fn unpaid(invoice: &Value) -> PaymentNews {
    let subscription = id_at(invoice, "/parent/subscription_details/subscription")
        .or_else(|| id_at(invoice, "/subscription"));
    match subscription {
        Some(subscription) => PaymentNews::PlanUnpaid {
            subscription: subscription.to_owned(),
        },
        None => PaymentNews::Nothing("the bill is of no subscription"),
    }
}

fn text_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}

fn number_at(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer)?.as_i64()
}

/// An id is plain and of bounded length: it goes into the store and into the log.
fn id_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    let plain = |id: &&str| {
        (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    text_at(value, pointer).filter(plain)
}

/// Seconds since the epoch, before the year 10000.
fn moment_at(value: &Value, pointer: &str) -> Option<Timestamp> {
    let seconds = number_at(value, pointer).filter(|at| (0..=253_402_300_799).contains(at))?;
    Some(Timestamp::from_millis(seconds * 1000))
}
