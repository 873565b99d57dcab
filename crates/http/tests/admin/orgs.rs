//! What an organization is allowed: plan, limit and sponsorship hold at once, on every instance.

use crate::steps::{allow, event_of, frugal, give_tier, is_in_log_of, with_secret};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn contract_19_limits_are_shown_and_changed_in_part(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let target = format!("/v1/admin/orgs/{}/limits", bob.org_id);
    let limits = |limit: Value, sponsored: bool| json!({ "org_id": bob.org_id, "free_tier_override": limit, "is_sponsored": sponsored });
    let shown = ada.get(&target).await.is(200);
    assert_eq!(shown.json(), limits(Value::Null, false));
    is_in_log_of(&event_of(&app, &shown).await, &bob.org_id);
    for (body, expected) in [
        (json!({ "free_tier_override": 7 }), limits(json!(7), false)),
        (json!({ "is_sponsored": true }), limits(json!(7), true)),
        (json!({}), limits(json!(7), true)),
        (json!({ "is_sponsored": null }), limits(json!(7), true)),
        (
            json!({ "free_tier_override": null, "is_sponsored": false }),
            limits(Value::Null, false),
        ),
        (
            json!({ "free_tier_override": 9_000_000_000_000_000_i64 }),
            limits(json!(9_000_000_000_000_000_i64), false),
        ),
        (json!({ "free_tier_override": 0 }), limits(json!(0), false)),
    ] {
        let set = allow(&ada, &bob.org_id, body).await.is(200);
        assert_eq!(set.json(), expected);
        let event = event_of(&app, &set).await;
        assert_eq!(event["action"], "admin.limits", "{event}");
        is_in_log_of(&event, &bob.org_id);
        assert_eq!(ada.get(&target).await.is(200).json(), expected);
    }
    for bad in [
        json!(-1),
        json!(9_000_000_000_000_001_i64),
        json!(1.5),
        json!("1"),
    ] {
        let body = json!({ "free_tier_override": bad });
        allow(&ada, &bob.org_id, body)
            .await
            .is_invalid("free_tier_override");
    }
    let body = json!({ "is_sponsored": "yes" });
    allow(&ada, &bob.org_id, body)
        .await
        .is_invalid("is_sponsored");
}

#[both_stores]
async fn contract_19_a_plan_is_given_and_ends(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let target = format!("/v1/admin/orgs/{}/billing-tier", bob.org_id);
    let body = json!({ "tier": "business", "duration_days": 30 });
    let given = ada.put(&target, body).await.is(200);
    let end = app.services().now().plus_seconds(30 * 86_400).to_string();
    let expected = json!({
        "org_id": bob.org_id, "tier": "business", "billing_tier": "business", "period_end": end,
    });
    assert_eq!(given.json(), expected);
    let event = event_of(&app, &given).await;
    assert_eq!(event["action"], "admin.billing_tier", "{event}");
    assert_eq!(event["details"]["tier"], "business", "{event}");
    is_in_log_of(&event, &bob.org_id);
    let tier = async || {
        ada.get("/v1/admin/users")
            .await
            .is(200)
            .str("/users/1/billing_tier")
    };
    assert_eq!(tier().await, "business");
    // the last second, and the one after it
    app.clock().advance(30 * 86_400 - 1);
    let ada = app.runner().await;
    let tier = async || {
        ada.get("/v1/admin/users")
            .await
            .is(200)
            .str("/users/1/billing_tier")
    };
    assert_eq!(tier().await, "business");
    app.clock().advance(1);
    assert_eq!(tier().await, "free");
    let free = give_tier(&ada, &bob.org_id, "free").await.is(200);
    assert_eq!(free.get("/period_end"), Value::Null);
    let year = give_tier(&ada, &bob.org_id, "pro").await.is(200);
    let end = app.services().now().plus_seconds(365 * 86_400).to_string();
    assert_eq!(year.str("/period_end"), end);
    for bad in [json!(0), json!(3651), json!(-1), json!(1.5), json!("30")] {
        let body = json!({ "tier": "pro", "duration_days": bad });
        ada.put(&target, body).await.is_invalid("duration_days");
    }
    for bad in [json!("team"), json!("PRO"), json!(null), json!(1)] {
        let body = json!({ "tier": bad });
        ada.put(&target, body).await.is_invalid("tier");
    }
}

/// Two instances, neither of which was told anything: the commit of a request reads what holds.
#[both_stores]
async fn contract_19_plan_limit_and_sponsorship_hold_at_once_everywhere(app: TestApp) {
    let ada = app.owner().await;
    let (one, two) = (frugal(&app, 3).await, frugal(&app, 3).await);
    let (first, second) = (ada.at(&one), ada.at(&two));
    let bob = one.owner().await;
    let vault = with_secret(&bob).await;
    let (here, there) = (bob.at(&one), bob.at(&two));
    let read = async |by: &oneclaw_testkit::Person| by.read(&vault, "db/password").await.status;
    assert_eq!(read(&here).await, 200);
    assert_eq!([read(&here).await, read(&there).await], [402, 402]);

    let org = &bob.org_id;
    give_tier(&first, org, "pro").await.is(200);
    assert_eq!([read(&there).await, read(&here).await], [200, 200]);
    give_tier(&second, org, "free").await.is(200);
    assert_eq!([read(&here).await, read(&there).await], [402, 402]);

    allow(&first, org, json!({ "free_tier_override": 1_000 }))
        .await
        .is(200);
    assert_eq!([read(&there).await, read(&here).await], [200, 200]);
    allow(&second, org, json!({ "free_tier_override": null }))
        .await
        .is(200);
    assert_eq!([read(&here).await, read(&there).await], [402, 402]);

    allow(&first, org, json!({ "is_sponsored": true }))
        .await
        .is(200);
    assert_eq!([read(&there).await, read(&here).await], [200, 200]);
    // what a plan has is no quota: a sponsored organization has no more vaults
    for name in ["two", "three"] {
        bob.vault(name).await;
    }
    let full = bob.post("/v1/vaults", json!({ "name": "four" })).await;
    full.is_problem(403);
    give_tier(&second, org, "pro").await.is(200);
    there.vault("four").await;
}
