//! The main job, from signing up to reading a secret back.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn sign_up_log_in_keep_a_secret_and_read_it_back(app: TestApp) {
    let ada = app.owner().await;
    let login = json!({ "email": ada.email, "password": ada.password });
    let login = app.post("/v1/auth/token", login).await.is(200);
    assert_eq!(login.get("/mfa_required"), false);
    assert_eq!(login.str("/org_id"), ada.org_id);
    let ada = ada.with(&login.str("/access_token"));

    let vault = ada.vault("production").await;
    let put = ada
        .keep(&vault, "db/password", "correct horse battery")
        .await;
    assert_eq!(put.header("etag"), Some("\"1\""));
    assert_eq!(put.get("/value"), serde_json::Value::Null);

    let read = ada.read(&vault, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "correct horse battery");
    assert_eq!(read.get("/version"), 1);
    assert_eq!(read.str("/created_by"), format!("user:{}", ada.user_id));
    assert_eq!(read.header("etag"), Some("\"1\""));
    assert_eq!(app.last_event().await, "secret.read ok");
}
