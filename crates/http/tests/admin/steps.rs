//! Steps that the stories here share.

use oneclaw_domain::Tier;
use oneclaw_services::Settings;
use oneclaw_testkit::{Answer, Instance, Person, TestApp};
use serde_json::{Value, json};

/// The one event that a request left.
pub(crate) async fn event_of(app: &TestApp, answer: &Answer) -> Value {
    let id = answer.header("x-request-id").unwrap();
    let mut events = app.audit_of(id).await;
    assert_eq!(events.len(), 1, "{}: {events:#?}", answer.asked);
    events.remove(0)
}

/// In whose log an event is.
pub(crate) fn is_in_log_of(event: &Value, org: &str) {
    assert_eq!(event["org_id"], org.replace('-', ""), "{event}");
}

/// Changes a setting.
pub(crate) async fn put(by: &Person, key: &str, value: &str) -> Answer {
    let target = format!("/v1/admin/settings/{key}");
    by.put(&target, json!({ "value": value })).await
}

/// Brings one back.
pub(crate) async fn unset(by: &Person, key: &str) -> Answer {
    by.delete(&format!("/v1/admin/settings/{key}")).await
}

/// Gives an organization a plan.
pub(crate) async fn give_tier(by: &Person, org: &str, tier: &str) -> Answer {
    let target = format!("/v1/admin/orgs/{org}/billing-tier");
    by.put(&target, json!({ "tier": tier })).await
}

/// Changes what an organization is allowed.
pub(crate) async fn allow(by: &Person, org: &str, body: Value) -> Answer {
    by.put(&format!("/v1/admin/orgs/{org}/limits"), body).await
}

/// Gives or takes credits.
pub(crate) async fn credit(by: &Person, org: &str, body: Value) -> Answer {
    by.post(&format!("/v1/admin/orgs/{org}/credits"), body)
        .await
}

/// An instance where the free plan has so few requests a month.
pub(crate) async fn frugal(app: &TestApp, requests: i64) -> Instance {
    app.instance_with(|services, _| few(services, requests))
        .await
}

fn few(services: &mut Settings, requests: i64) {
    let mut plans = (*services.plans).clone();
    plans.default_tier = Tier::Free;
    plans.free.requests = Some(requests);
    services.plans = plans.into();
}

/// A vault with one secret.
pub(crate) async fn with_secret(who: &Person) -> String {
    let vault = who.vault("prod").await;
    who.keep(&vault, "db/password", "swordfish").await;
    vault
}
