//! Every authenticated request is metered once, with its event, whatever became of it.

use crate::ground::{metered, metered_once, used};
use oneclaw_domain::{Plans, Priced};
use oneclaw_http::{Auth, Endpoint, Place};
use oneclaw_testkit::{Answer, Person, Stage, Stages, TestApp, both_stores};
use serde_json::{Value, json};

/// Where what is shared is read: metered for who shares, though nobody needs a credential.
const SHARES: [&str; 2] = ["accessShare", "accessShareByPost"];

fn is_metered(endpoint: &Endpoint) -> bool {
    endpoint.auth == Auth::Bearer || SHARES.contains(&endpoint.id)
}

/// The pattern as documents write it: no id of anything, and the same under every prefix.
fn route(endpoint: &Endpoint) -> String {
    match endpoint.place {
        Place::Api => format!("/v1{}", endpoint.path),
        Place::Root => endpoint.path.to_owned(),
    }
}

fn is_of(row: &Value, endpoint: &Endpoint, who: &Person, answer: &Answer) {
    let id = endpoint.id;
    assert_eq!(row["method"], endpoint.method.as_str(), "{id}");
    assert_eq!(row["route"], route(endpoint), "{id}");
    assert_eq!(row["status"], answer.status, "{id}: {}", answer.text());
    assert_eq!(row["by"], who.user_id.as_str(), "{id}");
    assert_eq!(row["org"], who.org_id.replace('-', ""), "{id}");
    assert!(row["is_paid"] == 0 || row["is_paid"] == false, "{row}");
}

fn costs_nothing(row: &Value) {
    assert_eq!(
        (&row["priced"], &row["price"]),
        (&Value::Null, &json!(0)),
        "{row}"
    );
}

/// Calls an endpoint by whom it works for, and holds what was counted.
async fn is_counted(app: &TestApp, stage: &Stage, endpoint: &Endpoint) {
    let (id, caller) = (endpoint.id, stage.caller(endpoint));
    let (events, before) = (app.count("usage_events").await, used(app, caller).await);
    let answer = stage.request(endpoint, caller).send().await;
    assert!(answer.status < 300, "{id}: {}", answer.text());
    if endpoint.path.starts_with("/admin/usage/") {
        return; // it forgets what was counted before it
    }
    let counted = i64::from(is_metered(endpoint));
    assert_eq!(app.count("usage_events").await, events + counted, "{id}");
    if id != "deleteMe" {
        assert_eq!(used(app, caller).await, before + counted, "{id}");
    }
    let told = answer.header("x-ratelimit-requests-used");
    if counted == 0 {
        assert!(metered(app, &answer).await.is_empty(), "{id}");
        assert_eq!(told, None, "{id}");
        return;
    }
    let row = metered_once(app, &answer).await;
    is_of(&row, endpoint, caller, &answer);
    match Priced::of_action(endpoint.action) {
        Some(what) => {
            assert_eq!(row["priced"], what.as_str(), "{row}");
            assert_eq!(row["price"], Plans::default().price(what).get(), "{row}");
        }
        None => costs_nothing(&row),
    }
    if endpoint.auth == Auth::Bearer {
        assert_eq!(told, Some((before + 1).to_string().as_str()), "{id}");
    }
}

#[both_stores]
async fn bil_07_every_success_is_metered_once_with_its_status_and_its_price(app: TestApp) {
    app.owner().await;
    let mut stages = Stages::at(&app);
    for endpoint in Stage::actions() {
        let stage = stages.for_endpoint(endpoint).await;
        is_counted(&app, &stage, endpoint).await;
    }
}

#[both_stores]
async fn bil_07_every_refusal_is_metered_once_and_costs_nothing(app: TestApp) {
    let stage = Stage::set(&app).await;
    let (key, _) = stage
        .who
        .api_key(json!({ "name": "k", "scopes": ["nothing"] }))
        .await;
    let (limited, eve) = (stage.who.with(&key), app.owner().await);
    limited.get("/v1/auth/me").await.is(200);
    for endpoint in Stage::actions().filter(|endpoint| endpoint.auth == Auth::Bearer) {
        let names_something = endpoint.path.contains("_id}");
        // a change that works would leave the next row without what it is about
        let probes: &[&Person] = match (names_something, endpoint.method.as_str()) {
            (true, _) => &[&eve],
            (false, "GET") => &[&limited],
            (false, _) => &[],
        };
        for who in probes {
            let before = used(&app, who).await;
            let answer = stage.request(endpoint, who).send().await;
            assert_eq!(used(&app, who).await, before + 1, "{}", endpoint.id);
            let row = metered_once(&app, &answer).await;
            is_of(&row, endpoint, who, &answer);
            if answer.status >= 400 {
                costs_nothing(&row);
            }
            assert!(
                answer.header("x-overage-method").is_some(),
                "{}",
                endpoint.id
            );
        }
    }
}

#[both_stores]
async fn bil_07_bad_input_is_metered_with_the_status_that_it_is_told(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let secret = format!("/v1/vaults/{vault}/secrets/db/password");
    ada.keep(&vault, "db/password", "a value").await;
    for (request, status) in [
        (ada.request("POST", "/v1/vaults").body("{"), 400),
        (ada.request("POST", "/v1/vaults").json(&json!({})), 400),
        (
            ada.request("POST", "/v1/vaults")
                .header("content-type", "text/plain")
                .body("x"),
            415,
        ),
        (ada.request("GET", &secret).header("range", "bytes=0-1"), 416),
        (ada.request("GET", "/v1/vaults/nonsense"), 404),
        (ada.request("GET", &format!("/v1/vaults/{vault}/secrets/nothing")), 404),
        (
            ada.request("PUT", &secret)
                .header("if-match", "\"7\"")
                .json(&json!({ "value": "another" })),
            412,
        ),
        (
            ada.request("POST", "/v1/auth/change-password")
                .json(&json!({ "current_password": "Wrong-1-Battery", "new_password": "Wrong-2-Battery" })),
            401,
        ),
    ] {
        let answer = request.send().await.is_problem(status);
        let row = metered_once(&app, &answer).await;
        assert_eq!(row["status"], status, "{}", answer.asked);
        assert_eq!(row["by"], ada.user_id.as_str());
        costs_nothing(&row);
    }
}

#[both_stores]
async fn bil_07_who_is_not_authenticated_counts_for_nobody(app: TestApp) {
    let stage = Stage::set(&app).await;
    stage.who.delete("/v1/auth/token").await.is(204);
    let before = app.count("usage_events").await;
    for endpoint in Stage::actions().filter(|endpoint| endpoint.auth == Auth::Bearer) {
        for token in [stage.who.token.as_str(), "a.b.c", "1ck_x", ""] {
            let nobody = stage.who.with(token);
            let answer = stage
                .request(endpoint, &nobody)
                .send()
                .await
                .is_problem(401);
            let told = answer.headers.iter().map(|(name, _)| name.as_str());
            for header in told {
                assert!(!header.starts_with("x-ratelimit"), "{}", endpoint.id);
                assert!(!header.starts_with("x-credit"), "{}", endpoint.id);
                assert_ne!(header, "x-overage-method", "{}", endpoint.id);
            }
        }
    }
    assert_eq!(app.count("usage_events").await, before);
}

#[both_stores]
async fn bil_07_an_alias_a_conditional_read_and_a_head_are_what_they_are(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "a value").await;
    let secret = format!("vaults/{vault}/secrets/db/password");

    let aliased = ada.get(&format!("/api/v1/{secret}")).await.is(200);
    let row = metered_once(&app, &aliased).await;
    assert_eq!(row["route"], "/v1/vaults/{vault_id}/secrets/{path}");

    let known = ada.request("GET", &format!("/v1/{secret}"));
    let known = known.header("if-none-match", "\"1\"").send().await.is(304);
    let row = metered_once(&app, &known).await;
    assert_eq!(
        (&row["status"], &row["priced"]),
        (&json!(304), &json!("read_secret"))
    );

    let rotate = format!("/v1/{secret}/rotate");
    let rotated = ada.post(&rotate, json!({ "new_value": "next" })).await;
    let rotated = rotated.is(201);
    let row = metered_once(&app, &rotated).await;
    assert_eq!(row["route"], "/v1/vaults/{vault_id}/secrets/{path}/rotate");
    assert_eq!(row["priced"], "write_secret");

    let before = app.count("usage_events").await;
    ada.request("HEAD", &format!("/v1/{secret}"))
        .send()
        .await
        .is(405);
    ada.request("HEAD", "/v1/vaults").send().await.is(405);
    assert_eq!(
        app.count("usage_events").await,
        before,
        "nobody was authenticated"
    );
}

#[both_stores]
async fn bil_07_a_key_shown_directly_is_metered_as_the_request_that_it_comes_with(app: TestApp) {
    let ada = app.owner().await;
    let (key, _) = ada.api_key(json!({ "name": "k" })).await;
    let agent = ada.new_agent(json!({ "name": "a" })).await;
    for who in [ada.with(&key), agent.with(&agent.password)] {
        // the first use leaves an event of its own beside the request's
        for _ in 0..2 {
            let before = used(&app, &who).await;
            let answer = who.get("/v1/vaults").await.is(200);
            assert_eq!(used(&app, &who).await, before + 1);
            let row = metered_once(&app, &answer).await;
            assert_eq!(row["by"], who.user_id.as_str());
        }
    }
}

#[both_stores]
async fn bil_07_what_is_shared_counts_for_who_shares(app: TestApp) {
    let (ada, eve) = (app.owner().await, app.owner().await);
    let vault = ada.vault("prod").await;
    let secret = ada.keep(&vault, "db/password", "a value").await.str("/id");
    let body = json!({ "recipient_type": "anyone_with_link", "max_access_count": 2 });
    let share = ada.share(&secret, body).await.is(201).str("/id");
    let path = format!("/v1/share/{share}");
    let before = used(&app, &ada).await;

    let anybody = app.get(&path).await.is(200);
    let row = metered_once(&app, &anybody).await;
    assert_eq!(row["by"], "anonymous");
    assert_eq!(row["org"], ada.org_id.replace('-', ""));
    assert_eq!(
        (&row["priced"], &row["price"]),
        (&json!("access_share"), &json!(1_000))
    );
    assert_eq!(
        anybody.header("x-ratelimit-requests-used"),
        None,
        "a stranger learns nothing"
    );

    let page = app.request("GET", &format!("/share/{share}"));
    let page = page
        .header("accept", "application/json")
        .send()
        .await
        .is(200);
    let row = metered_once(&app, &page).await;
    assert_eq!(row["route"], "/share/{share_id}");
    assert_eq!(row["price"], 1_000);
    assert_eq!(used(&app, &ada).await, before + 2);

    let over = app.get(&path).await.is_problem(410);
    assert!(
        metered(&app, &over).await.is_empty(),
        "strangers' refusals are nobody's"
    );
    let body = json!({ "recipient_type": "user", "recipient_id": ada.user_id });
    let private = ada.share(&secret, body).await.is(201).str("/id");
    let refused = eve
        .get(&format!("/v1/share/{private}"))
        .await
        .is_problem(403);
    let row = metered_once(&app, &refused).await;
    assert_eq!(
        row["org"],
        eve.org_id.replace('-', ""),
        "a try is its own organization's"
    );
    costs_nothing(&row);
}
