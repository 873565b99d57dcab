//! Every success and every denial of every endpoint has left its event when the answer leaves.

use oneclaw_http::{Auth, Endpoint};
use oneclaw_testkit::{Answer, Person, Stage, Stages, TestApp, both_stores};
use serde_json::{Value, json};

/// What a limited key may do all the same: look at its own account and end itself (contract 8).
const OPEN_TO_LIMITED_KEYS: [&str; 6] = [
    "getMe",
    "getMfaStatus",
    "getSettings",
    "listApiKeys",
    "refreshToken",
    "revokeToken",
];

/// The one event that a request left, by the id that the answer carries.
async fn only_event(app: &TestApp, answer: &Answer) -> Value {
    let id = answer.header("x-request-id").unwrap();
    let mut events = app.audit_of(id).await;
    assert_eq!(events.len(), 1, "{}: {events:#?}", answer.asked);
    let event = events.remove(0);
    assert_eq!(event["ip_address"], "127.0.0.1", "{}", answer.asked);
    assert_eq!(
        event["details"]["outcome"], event["outcome"],
        "{}",
        answer.asked
    );
    for member in ["resource_type", "resource_id", "actor_id"] {
        assert_ne!(event[member], "", "{}: {member}", answer.asked);
    }
    event
}

fn is_by(event: &Value, who: &Person) {
    assert_eq!(event["actor_type"], who.principal_type(), "{event}");
    assert_eq!(event["actor_id"], who.user_id.as_str(), "{event}");
    assert_eq!(event["org_id"], who.org_id.replace('-', ""), "{event}");
}

fn is_denied(event: &Value, endpoint: &Endpoint, reason: &str) {
    assert_eq!(event["action"], endpoint.action, "{event}");
    assert_eq!(event["outcome"], "denied", "{event}");
    assert_eq!(event["details"]["reason"], reason, "{event}");
    about_the_named_place(event, endpoint);
}

/// A vault and a path that the URL names are in the event, allowed or not.
fn about_the_named_place(event: &Value, endpoint: &Endpoint) {
    let details = &event["details"];
    if endpoint.path.contains("{vault_id}") {
        assert!(details["vault_id"].is_string(), "{event}");
    }
    if endpoint.path.contains("{path}") {
        assert_eq!(details["path"], "db/password", "{event}");
    }
}

#[both_stores]
async fn every_success_leaves_one_event_before_its_answer(app: TestApp) {
    app.owner().await;
    let mut stages = Stages::at(&app);
    for endpoint in Stage::actions() {
        // what writes to the secret leaves another version to the next
        let stage = if endpoint.path.contains("{path}") {
            Stage::set(&app).await
        } else {
            stages.for_endpoint(endpoint).await
        };
        let before = app.count("audit_events").await;
        let caller = stage.caller(endpoint);
        let answer = stage.request(endpoint, caller).send().await;
        assert_eq!(
            app.count("audit_events").await,
            before + 1,
            "{}",
            endpoint.id
        );
        assert!(
            (200..300).contains(&answer.status),
            "{}: {}",
            endpoint.id,
            answer.text()
        );
        let event = only_event(&app, &answer).await;
        assert_eq!(event["action"], endpoint.action, "{}", endpoint.id);
        assert_eq!(event["outcome"], "ok", "{}", endpoint.id);
        if matches!(endpoint.id, "signup" | "loginWithIdToken") {
            assert_eq!(event["actor_id"], answer.str("/user_id"));
        } else if matches!(endpoint.id, "enrollAgent" | "requestDeviceCode") {
            assert_eq!(event["actor_type"], "anonymous", "{event}");
            assert_eq!(event["org_id"], Value::Null, "{event}");
        } else if endpoint.id == "forgotPassword" {
            assert_eq!(event["actor_type"], "anonymous", "{event}");
            assert_eq!(event["resource_id"], caller.user_id.as_str(), "{event}");
        } else {
            is_by(&event, caller);
        }
        about_the_named_place(&event, endpoint);
        if endpoint.path.contains("{path}") && endpoint.id != "listSecretVersions" {
            let told = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
            let version = told.get("version").cloned().unwrap_or(json!(1));
            assert_eq!(event["resource_type"], "secret", "{}", endpoint.id);
            assert_eq!(event["details"]["version"], version, "{}", endpoint.id);
        }
    }
}

#[both_stores]
async fn every_401_of_a_dead_token_leaves_one_event_before_its_answer(app: TestApp) {
    let stage = Stage::set(&app).await;
    stage.who.delete("/v1/auth/token").await.is(204);
    for endpoint in Stage::actions().filter(|endpoint| endpoint.auth == Auth::Bearer) {
        let before = app.count("audit_events").await;
        let answer = stage
            .request(endpoint, &stage.who)
            .send()
            .await
            .is_problem(401);
        assert_eq!(answer.str("/detail"), "Token has been revoked");
        assert_eq!(
            app.count("audit_events").await,
            before + 1,
            "{}",
            endpoint.id
        );
        let event = only_event(&app, &answer).await;
        is_denied(&event, endpoint, "revoked");
        is_by(&event, &stage.who);

        // of nobody, nothing is known but that the credential was worth nothing
        for (token, reason) in [("a.b.c", "invalid_token"), ("1ck_x", "invalid_api_key")] {
            let nobody = stage.who.with(token);
            let answer = stage
                .request(endpoint, &nobody)
                .send()
                .await
                .is_problem(401);
            let event = only_event(&app, &answer).await;
            assert_eq!(event["action"], "auth.failure", "{}", endpoint.id);
            assert_eq!(event["details"]["reason"], reason, "{}", endpoint.id);
            assert_eq!(event["actor_type"], "anonymous", "{}", endpoint.id);
            assert_eq!(event["org_id"], Value::Null, "{}", endpoint.id);
        }
    }
}

#[both_stores]
async fn every_refused_sign_in_leaves_one_event_before_its_answer(app: TestApp) {
    let ada = app.owner().await;
    let (email, password) = (&ada.email, &ada.password);
    let (known, wrong) = (Some(&ada), "Wrong-Horse-1-Battery");
    let login = |email: &str, password: &str| json!({ "email": email, "password": password });
    let taken = login(email, password);
    let taken = app.post("/v1/auth/signup", taken).await.is_problem(409);
    let event = only_event(&app, &taken).await;
    assert_eq!(event["action"], "user.signup");
    assert_eq!(event["details"]["reason"], "conflict");
    assert_eq!(event["org_id"], Value::Null);

    let (nobody, credentials) = ("nobody@example.test", "invalid_credentials");
    let cases = [
        ("token", login(email, wrong), credentials, known),
        ("token", login(nobody, password), credentials, None),
        (
            "api-key-token",
            json!({ "api_key": "1ck_nothing" }),
            "invalid_api_key",
            None,
        ),
        (
            "agent-token",
            json!({ "api_key": "ocv_nothing" }),
            "invalid_agent_credentials",
            None,
        ),
        (
            "refresh",
            json!({ "refresh_token": "ort_nothing" }),
            "invalid_refresh_token",
            None,
        ),
    ];
    for (path, body, reason, known) in cases {
        let target = format!("/v1/auth/{path}");
        let answer = app.post(&target, body).await.is_problem(401);
        let event = only_event(&app, &answer).await;
        assert_eq!(event["action"], "auth.failure", "{path}");
        assert_eq!(event["details"]["reason"], reason, "{path}");
        match known {
            Some(who) => assert_eq!(event["org_id"], who.org_id.replace('-', ""), "{path}"),
            None => assert_eq!(event["org_id"], Value::Null, "{path}"),
        }
    }
}

#[both_stores]
async fn every_403_leaves_one_event_before_its_answer(app: TestApp) {
    let stage = Stage::set(&app).await;
    let (key, _) = stage
        .who
        .api_key(json!({ "name": "k", "scopes": ["nothing"] }))
        .await;
    let limited = stage.who.with(&key);
    limited.get("/v1/auth/me").await.is(200);
    let rows = [
        "vaults",
        "secrets",
        "secret_versions",
        "api_keys",
        "sessions",
    ];
    let mut counts = Vec::new();
    for table in rows {
        counts.push(app.count(table).await);
    }
    let bearer = Stage::actions().filter(|endpoint| endpoint.auth == Auth::Bearer);
    for endpoint in bearer.filter(|endpoint| !OPEN_TO_LIMITED_KEYS.contains(&endpoint.id)) {
        let before = app.count("audit_events").await;
        let answer = stage
            .request(endpoint, &limited)
            .send()
            .await
            .is_problem(403);
        assert_eq!(
            app.count("audit_events").await,
            before + 1,
            "{}",
            endpoint.id
        );
        let event = only_event(&app, &answer).await;
        let reason = event["details"]["reason"].as_str().unwrap().to_owned();
        let reasons = match endpoint.id {
            "getOwnAgent" => &["agents_only"][..],
            _ => &["scope", "limited_credential", "login_only"],
        };
        assert!(reasons.contains(&reason.as_str()), "{event}");
        is_denied(&event, endpoint, &reason);
        is_by(&event, &limited);
    }
    for (table, count) in rows.into_iter().zip(counts) {
        assert_eq!(app.count(table).await, count, "{table}");
    }
}

/// A probe into another organization is recorded in the prober's alone.
#[both_stores]
async fn every_404_of_another_organization_leaves_one_event_before_its_answer(app: TestApp) {
    let stage = Stage::set(&app).await;
    let eve = app.owner().await;
    // what a share is for is told to whoever has its id, and who does not run the installation is
    // told so, whomever they name
    let named = |endpoint: &&Endpoint| {
        let is_of_one = endpoint.path.contains("_id}") && !endpoint.path.starts_with("/admin/");
        is_of_one && endpoint.auth == Auth::Bearer
    };
    for endpoint in Stage::actions().filter(named) {
        let before = app.count("audit_events").await;
        let answer = stage.request(endpoint, &eve).send().await.is_problem(404);
        assert_eq!(
            app.count("audit_events").await,
            before + 1,
            "{}",
            endpoint.id
        );
        let event = only_event(&app, &answer).await;
        is_denied(&event, endpoint, "not_found");
        is_by(&event, &eve);
    }
}
