//! What anybody may ask a server: how it is.

use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn health_is_told_to_whoever_asks(app: TestApp) {
    let health = app.get("/v1/health").await.is(200);
    assert_eq!(health.str("/status"), "healthy");
    assert!(!health.str("/version").is_empty());
    let keys = app.get("/v1/health/hsm").await.is(200);
    assert_eq!(keys.str("/status"), "ok");
    for probe in ["/livez", "/readyz"] {
        app.get(probe).await.is(200);
    }
}
