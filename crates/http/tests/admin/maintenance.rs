//! `maintenance_mode`: nothing is answered but how the server is, and administration.

use crate::steps::{put, unset, with_secret};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn contract_25_in_maintenance_only_health_and_administration_answer(app: TestApp) {
    let ada = app.owner().await;
    let vault = with_secret(&ada).await;
    let other = app.another_instance().await;
    let secret = ada.read(&vault, "db/password").await.str("/id");
    let link = json!({ "recipient_type": "anyone_with_link" });
    let share = ada.share(&secret, link).await.is(201).str("/id");
    put(&ada, "maintenance_mode", "true").await.is(200);
    app.clock().advance(1);
    for at in [&*app, &other] {
        let ada = ada.at(at);
        let closed = ada.read(&vault, "db/password").await.is_problem(503);
        assert_eq!(closed.header("retry-after"), Some("60"));
        assert_eq!(closed.str("/code"), "maintenance");
        let body = json!({ "email": ada.email, "password": ada.password });
        at.post("/v1/auth/token", body).await.is_problem(503);
        at.get("/v1/nothing").await.is_problem(503);
        at.get("/v1/administrators").await.is_problem(503);
        at.get("/api/v1/vaults").await.is_problem(503);
        for walked_round in [
            "/%761/vaults",
            "/api/%761/vaults",
            "/%61pi/v1/vaults",
            "/v%31/vaults",
        ] {
            let answer = ada.get(walked_round).await.is_problem(503);
            assert_eq!(answer.str("/code"), "maintenance", "{walked_round}");
        }
        let page = at.request("GET", &format!("/share/{share}"));
        let read = page.header("accept", "application/json").send().await;
        assert_eq!(read.is_problem(503).str("/code"), "maintenance");
        at.get(&format!("/share/{share}")).await.is(200);
        for target in ["/v1/health", "/livez", "/readyz", "/.well-known/jwks.json"] {
            at.get(target).await.is(200);
        }
        ada.get("/v1/admin/settings").await.is(200);
        ada.get("/api/v1/admin/settings").await.is(200);
        ada.get("/v1/%61dmin/settings").await.is(200);
        // who may not administer may not in maintenance either
        at.get("/v1/admin/settings").await.is_problem(401);
    }
    unset(&ada, "maintenance_mode").await.is(204);
    ada.read(&vault, "db/password").await.is(200);
    app.clock().advance(1);
    ada.at(&other).read(&vault, "db/password").await.is(200);
}

/// A machine's clock was ahead for a while: time stands still, and administration must go on.
#[both_stores]
async fn flt_07_settings_are_looked_for_while_time_stands_still(app: TestApp) {
    let ada = app.owner().await;
    let other = app.another_instance().await;
    app.clock().advance(50);
    for at in [&*app, &other] {
        ada.at(at).get("/v1/auth/me").await.is(200);
    }
    app.clock().advance(-49);
    let there = ada.at(&other);
    for (mode, status) in [("true", 503), ("false", 200)] {
        put(&ada, "maintenance_mode", mode).await.is(200);
        app.clock().advance(1);
        assert_eq!(there.get("/v1/auth/me").await.status, status, "{mode}");
    }
}

/// Names that mean nothing here are kept, and not read with each look.
#[both_stores]
async fn settings_without_an_effect_stand_beside_those_with_one(app: TestApp) {
    let ada = app.owner().await;
    put(&ada, "feature.unheard_of", "true").await.is(200);
    put(&ada, "maintenance_mode", "true").await.is(200);
    app.clock().advance(1);
    ada.get("/v1/auth/me").await.is_problem(503);
    let listed = ada.get("/v1/admin/settings").await.is(200);
    assert!(listed.text().contains("feature.unheard_of"));
}

/// What is off when it is stored is off.
#[both_stores]
async fn contract_25_false_is_no_maintenance(app: TestApp) {
    let ada = app.owner().await;
    put(&ada, "maintenance_mode", "false").await.is(200);
    ada.get("/v1/auth/me").await.is(200);
}
