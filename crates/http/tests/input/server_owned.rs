//! Fields that only the server sets: a body that names them changes nothing by it.

use crate::contents::{contents, rows_without};
use crate::scene::Scene;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

const SOMEBODY: &str = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";

/// A body with every field that a caller might wish to set.
fn wishing(mut body: Value) -> Value {
    let wishes = json!({
        "id": SOMEBODY, "user_id": SOMEBODY, "org_id": SOMEBODY, "org": SOMEBODY, "vault_id": SOMEBODY,
        "secret_id": SOMEBODY, "role": "admin", "created_by": format!("user:{SOMEBODY}"), "created_by_type": "agent",
        "created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z", "email_verified": true,
        "totp_enabled": true, "auth_method": "google", "password_hash": "x", "version": 77, "number": 77,
        "latest_version": 77, "access_count": -5, "is_disabled": true, "disabled": true, "deleted": true,
        "tier": "enterprise", "billing_tier": "enterprise", "is_platform": true, "is_platform_admin": true,
        "is_active": false, "authz_epoch": 99, "key_prefix": "1ck_evil", "prefix": "1ck_evil", "key_hash": "x",
        "last_used_at": "2001-01-01T00:00:00Z", "revoked_at": "2001-01-01T00:00:00Z", "cmek_enabled": true,
        "cmek_fingerprint": "00", "kek": "x", "envelope": "x", "path": "some/where/else", "__proto__": { "role": "owner" },
    });
    for (name, wish) in wishes.as_object().unwrap() {
        assert!(body.get(name).is_none(), "{name} is a field of the request");
        body[name] = wish.clone();
    }
    body
}

/// Both rows of a table, which must be equal without what differs by right.
async fn are_alike(app: &TestApp, table: &str, differs: &[&str]) {
    let rows = rows_without(app, table, differs).await;
    assert_eq!(rows.len(), 2, "{table}: {rows:?}");
    assert_eq!(rows[0], rows[1], "{table}");
}

#[both_stores]
async fn in_08_signing_up_with_wishes(app: TestApp) {
    app.owner().await; // runs the installation, and differs from all others
    let signup = |email: &str| json!({ "email": email, "password": "Correct-Horse-9-Staple", "display_name": "Same" });
    app.post("/v1/auth/signup", signup("plain@example.test"))
        .await
        .is(200);
    let wishing = app
        .post("/v1/auth/signup", wishing(signup("wishing@example.test")))
        .await
        .is(200);
    app.tamper("DELETE FROM orgs WHERE is_platform").await;

    are_alike(&app, "users", &["id", "org_id", "email", "password_hash"]).await;
    are_alike(&app, "orgs", &["id"]).await;
    are_alike(&app, "sessions", &["id", "org_id", "user_id"]).await;
    assert_ne!(wishing.str("/user_id"), SOMEBODY);
    let me = app
        .request("GET", "/v1/auth/me")
        .bearer(&wishing.str("/access_token"))
        .send()
        .await
        .is(200);
    assert_eq!(me.get("/role"), "owner");
    assert_eq!(me.get("/is_platform_admin"), false);
    assert_eq!(me.get("/billing_tier"), "free");
}

#[both_stores]
async fn in_08_changing_a_profile_with_wishes(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let me = scene.ada.get("/v1/auth/me").await.is(200).json();
    let asked = wishing(json!({ "email": "other@example.test", "org_name": "Other" }));
    let answer = scene.ada.patch("/v1/auth/me", asked).await.is(200);
    assert_eq!(answer.json(), me);
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_08_making_a_vault_and_a_key_with_wishes(app: TestApp) {
    let ada = app.owner().await;
    let vault = json!({ "name": "same" });
    ada.post("/v1/vaults", vault.clone()).await.is(201);
    ada.post("/v1/vaults", wishing(vault)).await.is(201);
    are_alike(&app, "vaults", &["id", "kek"]).await;

    let key = json!({ "name": "same" });
    ada.post("/v1/auth/api-keys", key.clone()).await.is(201);
    let made = ada.post("/v1/auth/api-keys", wishing(key)).await.is(201);
    are_alike(&app, "api_keys", &["id", "prefix", "key_hash"]).await;
    assert_ne!(made.str("/key/key_prefix"), "1ck_evil");
    let read = ada.with(&made.str("/api_key")).get("/v1/vaults").await;
    read.is(200);
}

#[both_stores]
async fn in_08_writing_a_secret_with_wishes(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("same").await;
    let secret = json!({ "value": "same" });
    ada.put(&format!("/v1/vaults/{vault}/secrets/plain"), secret.clone())
        .await
        .is(201);
    ada.put(
        &format!("/v1/vaults/{vault}/secrets/wishing"),
        wishing(secret),
    )
    .await
    .is(201);
    are_alike(&app, "secrets", &["id", "path"]).await;
    are_alike(&app, "secret_versions", &["id", "secret_id", "envelope"]).await;

    ada.post_empty(&format!("/v1/vaults/{vault}/secret-rotate/plain"))
        .await
        .is(201);
    ada.post(
        &format!("/v1/vaults/{vault}/secret-rotate/wishing"),
        wishing(json!({})),
    )
    .await
    .is(201);
    app.tamper("DELETE FROM secret_versions WHERE number = 1")
        .await;
    are_alike(&app, "secrets", &["id", "path"]).await;
    are_alike(&app, "secret_versions", &["id", "secret_id", "envelope"]).await;
    assert_eq!(
        ada.read(&vault, "wishing")
            .await
            .is(200)
            .get("/access_count"),
        1
    );
}

#[both_stores]
async fn in_08_sharing_a_secret_with_wishes(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("same").await;
    let secret = ada.keep(&vault, "same", "same").await.str("/id");
    let share = json!({ "recipient_type": "anyone_with_link" });
    ada.share(&secret, share.clone()).await.is(201);
    let mut wishes = wishing(share);
    for (name, wish) in [
        ("status", json!("declined")),
        ("accepted", json!(true)),
        ("accepted_at", json!("2001-01-01T00:00:00Z")),
        ("declined_at", json!("2001-01-01T00:00:00Z")),
        ("passphrase_hash", json!("x")),
        ("share_url", json!("https://evil.test")),
        ("secret_path", json!("some/where/else")),
    ] {
        wishes[name] = wish;
    }
    let made = ada.share(&secret, wishes).await.is(201);
    are_alike(&app, "shares", &["id"]).await;
    assert_ne!(made.str("/id"), SOMEBODY);
    assert_eq!(made.get("/status"), "active");

    let target = format!("/v1/share/{}", made.str("/id"));
    let read = app.post(&target, wishing(json!({}))).await.is(200);
    assert_eq!(read.str("/path"), "same");
    app.get(&target).await.is(200);
    let list = ada.get("/v1/shares/outbound").await.is(200);
    let counts = ["/shares/0/access_count", "/shares/1/access_count"].map(|at| list.get(at));
    assert!(
        counts.contains(&json!(0)) && counts.contains(&json!(2)),
        "{counts:?}"
    );
}

#[both_stores]
async fn in_08_logging_in_and_refreshing_with_wishes(app: TestApp) {
    let scene = Scene::of(&app).await;
    let users = rows_without(&app, "users", &[]).await;
    let orgs = rows_without(&app, "orgs", &[]).await;
    let ada = &scene.ada;
    for (target, body) in [
        (
            "/v1/auth/token",
            json!({ "email": ada.email, "password": ada.password }),
        ),
        (
            "/v1/auth/api-key-token",
            json!({ "api_key": scene.api_key.0 }),
        ),
        (
            "/v1/auth/refresh",
            json!({ "refresh_token": ada.refresh_token }),
        ),
    ] {
        let answer = app.post(target, wishing(body)).await.is(200);
        assert_eq!(answer.str("/user_id"), ada.user_id, "{target}");
        assert_eq!(answer.str("/org_id"), ada.org_id, "{target}");
    }
    assert_eq!(rows_without(&app, "users", &[]).await, users);
    assert_eq!(rows_without(&app, "orgs", &[]).await, orgs);
}
