//! `maintenance_mode`: nothing is answered but how the server is, and administration.

use crate::steps::{put, unset, with_secret};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn contract_25_in_maintenance_only_health_and_administration_answer(app: TestApp) {
    let ada = app.owner().await;
    let vault = with_secret(&ada).await;
    let other = app.another_instance().await;
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
        for target in ["/v1/health", "/livez", "/readyz", "/.well-known/jwks.json"] {
            at.get(target).await.is(200);
        }
        ada.get("/v1/admin/settings").await.is(200);
        ada.get("/api/v1/admin/settings").await.is(200);
        // who may not administer may not in maintenance either
        at.get("/v1/admin/settings").await.is_problem(401);
    }
    unset(&ada, "maintenance_mode").await.is(204);
    ada.read(&vault, "db/password").await.is(200);
    app.clock().advance(1);
    ada.at(&other).read(&vault, "db/password").await.is(200);
}

/// What is off when it is stored is off.
#[both_stores]
async fn contract_25_false_is_no_maintenance(app: TestApp) {
    let ada = app.owner().await;
    put(&ada, "maintenance_mode", "false").await.is(200);
    ada.get("/v1/auth/me").await.is(200);
}
