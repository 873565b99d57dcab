//! Agents that ask to be registered.

use crate::steps::{DAY, plain, rows, sign_up};
use futures_util::future::join_all;
use oneclaw_services::Settings;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

const NIL: &str = "00000000-0000-0000-0000-000000000000";
/// 32 bytes of which the SSH form has a known fingerprint.
pub(crate) const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDwh+gS/4+zH9X/1CQbpa8RE6Wzb45l9TkL0lHi/cq6L builder@host";
pub(crate) const FINGERPRINT: &str = "SHA256:ySQYs2ok5KaXSVQIlX+WLsQZywhfAa43fT0Od3q6JP4";

#[both_stores]
async fn a_request_is_answered_as_clients_read_it(app: TestApp) {
    app.owner().await;
    let (made, _) = app.enroll(json!({ "name": "builder" })).await;
    assert_eq!(made.str("/agent_id"), NIL);
    assert!(made.get("/message").is_string());
    let url = made.str("/approval_url");
    assert!(
        url.starts_with("http://127.0.0.1:8080/enroll?token="),
        "{url}"
    );
    for absent in ["pairing_id", "fingerprint", "poll_token", "api_key"] {
        assert!(made.json().get(absent).is_none(), "{absent}");
    }
    let body = json!({ "name": "builder", "description": "builds", "public_key": KEY, "human_email": null });
    let (paired, _) = app.enroll(body).await;
    assert_eq!(paired.str("/fingerprint"), FINGERPRINT);
    assert_eq!(paired.str("/poll_token").len(), 43);
    assert_eq!(app.last_event().await, "agent.enroll ok");
    let id = paired.str("/pairing_id");
    let status = format!(
        "/v1/agents/enroll/{id}/status?poll={}",
        paired.str("/poll_token")
    );
    let pending = app.get(&status).await.is(200);
    assert_eq!(pending.json(), json!({ "status": "pending" }));
    // nothing exists before somebody approves
    assert_eq!(app.count("agents").await, 0);
    assert_eq!(app.count("enrollments").await, 2);
}

#[both_stores]
async fn in_01_what_is_no_request_is_refused_by_field(app: TestApp) {
    let long = "x".repeat(1001);
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(256) }), "name"),
        (json!({ "name": "a\u{202e}b" }), "name"),
        (json!({ "name": "a\r\nb" }), "name"),
        (json!({ "name": "x", "description": long }), "description"),
        (
            json!({ "name": "x", "human_email": "nobody" }),
            "human_email",
        ),
        (
            json!({ "name": "x", "public_key": "ssh-rsa AAAA" }),
            "public_key",
        ),
        (json!({ "name": "x", "public_key": "AAAA" }), "public_key"),
        (json!({ "name": "x", "public_key": 7 }), "public_key"),
    ] {
        app.post("/v1/agents/enroll", body).await.is_invalid(field);
    }
    assert_eq!(app.count("enrollments").await, 0);
}

#[both_stores]
async fn agt_08_known_and_unknown_addresses_are_answered_alike(app: TestApp) {
    sign_up(&app, "known@x.test").await;
    let mut answers: Vec<Value> = Vec::new();
    for email in ["known@x.test", "unknown@x.test"] {
        let body = json!({ "name": "builder", "human_email": email, "public_key": KEY });
        let (made, _) = app.enroll(body).await;
        let mut body = made.json();
        for differs in ["approval_url", "pairing_id", "poll_token"] {
            assert!(body[differs].is_string(), "{differs}");
            body[differs] = json!("");
        }
        answers.push(body);
    }
    assert_eq!(answers.first(), answers.last());
}

#[both_stores]
async fn agt_08_one_request_per_address_in_ten_minutes(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.enrollments_per_address = Settings::default().enrollments_per_address;
        })
        .await;
    sign_up(&app, "known@x.test").await;
    for email in ["known@x.test", "unknown@x.test"] {
        let body = json!({ "name": "builder", "human_email": email });
        limited.enroll(body).await;
        let again = json!({ "name": "other", "human_email": email.to_uppercase() });
        let refused = limited
            .post("/v1/agents/enroll", again)
            .await
            .is_problem(429);
        let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((590..=600).contains(&wait), "{wait}");
        assert_eq!(app.last_event().await, "agent.enroll denied rate_limited");
    }
    app.clock().advance(600);
    limited
        .enroll(json!({ "name": "builder", "human_email": "known@x.test" }))
        .await;
}

#[both_stores]
async fn agt_08_a_client_asks_once_a_second(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.enrollments = Settings::default().enrollments)
        .await;
    let body = || json!({ "name": "builder" });
    for _ in 0..5 {
        limited.enroll(body()).await;
    }
    let before = rows(&app).await;
    for _ in 0..3 {
        limited
            .post("/v1/agents/enroll", body())
            .await
            .is_problem(429);
    }
    assert_eq!(rows(&app).await, before);
    // a flood is one line
    let events = app.events().await;
    let lines = events
        .iter()
        .filter(|event| *event == "agent.enroll denied rate_limited");
    assert_eq!(lines.count(), 1);
    app.clock().advance(5);
    limited.enroll(body()).await;
}

#[both_stores]
async fn agt_08_what_is_no_request_is_counted_too(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.enrollments = Settings::default().enrollments)
        .await;
    for _ in 0..5 {
        limited
            .post("/v1/agents/enroll", json!({}))
            .await
            .is_invalid("name");
    }
    for body in [json!({}), json!({ "name": "builder" })] {
        limited
            .post("/v1/agents/enroll", body)
            .await
            .is_problem(429);
    }
}

#[both_stores]
async fn agt_08_requests_that_anybody_may_decide_do_not_pile_up(app: TestApp) {
    let small = app
        .instance_with(|services, _| services.open_enrollments = 3)
        .await;
    for _ in 0..3 {
        small.enroll(json!({ "name": "builder" })).await;
    }
    let refused = small
        .post("/v1/agents/enroll", json!({ "name": "one more" }))
        .await
        .is_problem(429);
    assert!(refused.header("retry-after").is_some());
    // those for somebody in particular are not among them
    small
        .enroll(json!({ "name": "builder", "human_email": "somebody@x.test" }))
        .await;
    app.clock().advance(7 * DAY);
    small.enroll(json!({ "name": "builder" })).await;
}

#[both_stores]
async fn agt_08_requests_for_somebody_do_not_pile_up_either(app: TestApp) {
    let small = app
        .instance_with(|services, _| services.addressed_enrollments = 2)
        .await;
    let body =
        |number: i32| json!({ "name": "builder", "human_email": format!("p{number}@x.test") });
    for number in 0..2 {
        small.enroll(body(number)).await;
    }
    let refused = small
        .post("/v1/agents/enroll", body(2))
        .await
        .is_problem(429);
    assert!(refused.header("retry-after").is_some());
    small.enroll(json!({ "name": "builder" })).await;
    app.clock().advance(7 * DAY);
    small.enroll(body(2)).await;
}

#[both_stores]
async fn agt_08_of_many_at_once_no_more_pass_than_there_is_room_for(app: TestApp) {
    let change = |services: &mut Settings| services.open_enrollments = 3;
    let here = app.instance_with(|services, _| change(services)).await;
    let there = app.instance_with(|services, _| change(services)).await;
    let asking = (0..16).map(|number| {
        let at = if number % 2 == 0 { &here } else { &there };
        at.post("/v1/agents/enroll", json!({ "name": "builder" }))
    });
    let answers = join_all(asking).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((made, refused), (3, 13));
    assert_eq!(app.count("enrollments").await, 3);
}

#[both_stores]
async fn agt_08_a_poll_token_cannot_be_guessed(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.invalid_keys = Settings::default().invalid_keys)
        .await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    let (other, _) = app
        .enroll(json!({ "name": "other", "public_key": KEY }))
        .await;
    let (id, poll) = (made.str("/pairing_id"), made.str("/poll_token"));
    let status = |id: &str, poll: &str| format!("/v1/agents/enroll/{id}/status?poll={poll}");
    let theirs = other.str("/poll_token");
    let never = "A".repeat(43);
    let nowhere = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let wrong = [
        status(&id, &never),
        status(&id, &theirs),
        status(&id, &link),
        status(&id, ""),
        status(nowhere, &poll),
        status("x", &poll),
        format!("/v1/agents/enroll/{id}/status"),
    ];
    let mut told: Vec<Value> = Vec::new();
    for target in &wrong {
        let answer = limited.get(target).await.is_problem(404);
        assert_eq!(app.last_event().await, "agent.enroll denied not_found");
        told.push(plain(&answer));
    }
    assert!(told.iter().all(|body| Some(body) == told.first()));
    for _ in wrong.len()..30 {
        limited.get(&status(&id, &never)).await.is_problem(404);
    }
    limited.get(&status(&id, &never)).await.is_problem(429);
    // who has the right one is not held up
    limited.get(&status(&id, &poll)).await.is(200);
}
