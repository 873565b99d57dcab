//! What an organization uses, in the words of all clients.

use crate::steps::{buy_credits, tenant};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn usage_and_history_tell_the_months_requests(app: TestApp) {
    let ada = tenant(&app).await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "kept").await;
    ada.read(&vault, "db/password").await.is(200);
    let told = ada.get("/v1/billing/usage").await.is(200).json();
    let month = &told["current_month"];
    assert_eq!(told["billing_tier"], "free");
    assert_eq!(told["free_tier_limit"], 1000);
    assert_eq!(month["total_requests"], 3);
    assert_eq!(
        (&month["paid_requests"], &month["free_requests"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(month["total_cost_usd"], "0");
    let told = ada.get("/v1/billing/history?limit=2").await.is(200).json();
    let events = told["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["endpoint"], "/v1/billing/usage");
    let read = &events[1];
    assert_eq!(read["endpoint"], "/v1/vaults/{vault_id}/secrets/{path}");
    assert_eq!(
        (&read["method"], &read["status_code"]),
        (&json!("GET"), &json!(200))
    );
    assert_eq!(
        (&read["price_usd"], &read["is_paid"]),
        (&json!("0.001"), &json!(false))
    );
    assert_eq!(read["principal_type"], "user");
    assert_eq!(read["principal_id"], ada.user_id.as_str());
    for limit in ["0", "201", "-1", "x", "9223372036854775808"] {
        let target = format!("/v1/billing/history?limit={limit}");
        ada.get(&target).await.is_invalid("limit");
    }
}

/// Clients call `.toLocaleString()` on them.
fn are_numbers(meters: &Value) {
    for name in [
        "requests",
        "secrets",
        "agents",
        "vaults",
        "team_members",
        "shares",
        "intent_transactions",
        "wallets",
    ] {
        for part in ["used", "limit"] {
            assert!(meters[name][part].is_i64(), "{name}.{part}: {meters}");
        }
    }
}

#[both_stores]
async fn a_subscription_has_numbers_everywhere(app: TestApp) {
    let platform = app.owner().await;
    let told = platform
        .get("/v1/billing/subscription")
        .await
        .is(200)
        .json();
    assert_eq!(
        (&told["tier"], &told["status"]),
        (&json!("enterprise"), &json!("active"))
    );
    are_numbers(&told["usage"]);
    assert_eq!(told["usage"]["requests"]["limit"], -1);
    assert_eq!(told["usage"]["tier_limit"], -1);

    let ada = tenant(&app).await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "kept").await;
    buy_credits(&ada, "evt_1", 1250).await;
    let told = ada.get("/v1/billing/subscription").await.is(200).json();
    are_numbers(&told["usage"]);
    let meter = |name: &str| {
        (
            told["usage"][name]["used"].clone(),
            told["usage"][name]["limit"].clone(),
        )
    };
    assert_eq!(meter("requests"), (json!(3), json!(1000)));
    assert_eq!(meter("vaults"), (json!(1), json!(3)));
    assert_eq!(meter("secrets"), (json!(1), json!(50)));
    assert_eq!(meter("agents"), (json!(0), json!(2)));
    assert_eq!(meter("team_members"), (json!(1), json!(-1)));
    assert_eq!(meter("shares"), (json!(0), json!(-1)));
    assert_eq!(meter("wallets"), (json!(0), json!(0)));
    assert_eq!(
        told["usage"]["current_month"],
        json!({
            "total_requests": 3, "tier_requests": 3, "overage_requests": 0, "total_cost_usd": 0.0,
        })
    );
    assert_eq!(told["credit_balance_cents"], 1250);
    assert_eq!(told["credit_balance_usd"], "12.50");
    assert_eq!(told["overage_method"], "credits");
    assert_eq!(
        told["credits"],
        json!({ "balance_usd": 12.5, "expiring_next_30_days": 0.0 })
    );
    assert_eq!(
        told["subscription"],
        json!({
            "tier": "free", "status": "active", "current_period_end": null, "cancel_at_period_end": false,
        })
    );
    assert_eq!(
        (&told["interval"], &told["period_end"]),
        (&json!(null), &json!(null))
    );
}

/// One whose time is over has ended, though nobody ended it.
#[both_stores]
async fn shares_whose_time_is_over_are_not_counted(app: TestApp) {
    let ada = tenant(&app).await;
    let vault = ada.vault("prod").await;
    let secret = ada.keep(&vault, "db/password", "kept").await.str("/id");
    let end = app.services().now().plus_seconds(600).to_string();
    let body = json!({ "recipient_type": "external_email", "email": "bob@example.test", "expires_at": end });
    ada.share(&secret, body).await.is(201);
    let shares = async || {
        let told = ada.get("/v1/billing/subscription").await.is(200);
        told.get("/usage/shares/used")
    };
    assert_eq!(shares().await, 1);
    app.clock().advance(600);
    assert_eq!(shares().await, 0);
}

#[both_stores]
async fn an_organization_without_credits_has_none(app: TestApp) {
    let ada = tenant(&app).await;
    let told = ada.get("/v1/billing/credits/balance").await.is(200).json();
    assert_eq!(
        told,
        json!({
            "balance_cents": 0, "balance_usd": "0.00",
            "expiring_within_90_days": { "amount_cents": 0, "earliest_expiry": null },
            "expiring_within_30d_cents": 0, "expiring_next_30_days": 0.0,
            "expiring_credits": [], "expiring_soon": [],
        })
    );
    let told = ada
        .get("/v1/billing/credits/transactions")
        .await
        .is(200)
        .json();
    assert_eq!(
        told,
        json!({ "transactions": [], "page": 1, "limit": 50, "offset": 0, "total": 0 })
    );
    let told = ada.get("/v1/billing/llm-token-billing").await.is(200);
    assert_eq!(told.text(), r#"{"enabled":false}"#);
}
