//! What the provider says, object by object.

use oneclaw_domain::Timestamp;
use serde_json::{Value, json};

fn event(id: &str, kind: &str, at: Timestamp, object: &Value) -> Value {
    json!({
        "id": id, "object": "event", "api_version": "2024-06-20", "created": at.seconds(),
        "livemode": false, "type": kind, "data": { "object": object },
    })
}

/// Credits were paid: `id` is that of the event and, with `cs_` before it, of the sale.
pub fn credits_paid(id: &str, customer: &str, cents: i64, at: Timestamp) -> Value {
    let object = json!({
        "id": format!("cs_{id}"), "object": "checkout.session", "mode": "payment",
        "payment_status": "paid", "status": "complete", "currency": "usd",
        "amount_total": cents, "customer": customer, "created": at.seconds() - 60,
        "metadata": { "oneclaw_credit_cents": cents.to_string() },
    });
    event(id, "checkout.session.completed", at, &object)
}

/// The page of a plan was gone through: `plan` is as `pro_monthly`.
pub fn plan_bought(id: &str, customer: &str, plan: &str, at: Timestamp) -> Value {
    let object = json!({
        "id": format!("cs_{id}"), "object": "checkout.session", "mode": "subscription",
        "payment_status": "paid", "status": "complete", "currency": "usd",
        "amount_total": 2900, "customer": customer, "created": at.seconds() - 60,
        "subscription": "sub_1", "metadata": { "oneclaw_plan": plan },
    });
    event(id, "checkout.session.completed", at, &object)
}

/// A subscription `sub_1` was made or changed (`what` is as `updated`), and is paid until `end`.
pub fn subscription(
    (id, what): (&str, &str),
    customer: &str,
    (price, status): (&str, &str),
    (at, end): (Timestamp, Timestamp),
) -> Value {
    let object = json!({
        "id": "sub_1", "object": "subscription", "customer": customer, "status": status,
        "currency": "usd", "cancel_at": null, "cancel_at_period_end": false,
        "created": at.seconds(), "current_period_end": end.seconds(),
        "items": { "data": [{ "price": { "id": price }, "quantity": 1 }] },
    });
    event(id, &format!("customer.subscription.{what}"), at, &object)
}

/// A bill of the subscription `sub_1` was not paid.
pub fn payment_failed(id: &str, customer: &str, at: Timestamp) -> Value {
    let object = json!({
        "id": format!("in_{id}"), "object": "invoice", "customer": customer,
        "subscription": "sub_1", "created": at.seconds(),
    });
    event(id, "invoice.payment_failed", at, &object)
}
