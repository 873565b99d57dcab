//! Codes of devices that are guessed, and questions that pile up.

use crate::steps::{DAY, decide, device, other_code, poll};
use futures_util::future::join_all;
use oneclaw_services::Settings;
use oneclaw_testkit::{Answer, Instance, Person, StoreKind, TestApp, both_stores};
use serde_json::json;

/// An instance that believes what the tests say of where they are.
async fn behind_proxy(app: &TestApp) -> Instance {
    app.instance_with(|services, http| {
        services.failed_device_codes = Settings::default().failed_device_codes;
        http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await
}

async fn approve_from(who: &Person, from: &str, code: &str) -> Answer {
    who.request("POST", "/v1/auth/device/approve")
        .header("x-forwarded-for", from)
        .json(&json!({ "user_code": code }))
        .send()
        .await
}

#[both_stores]
async fn dev_01_ten_wrong_codes_of_an_account_are_enough(app: TestApp) {
    let at = behind_proxy(&app).await;
    let (ada, bob) = (at.owner().await, at.owner().await);
    let waiting = device(&at, json!({})).await;
    for number in 0..10 {
        // wherever it guesses from
        let from = format!("192.0.2.{number}");
        approve_from(&ada, &from, &other_code(number))
            .await
            .is_problem(404);
    }
    let refused = approve_from(&ada, "192.0.2.99", &waiting.user_code)
        .await
        .is_problem(429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // others are not held up
    approve_from(&bob, "192.0.2.98", &waiting.user_code)
        .await
        .is(200);
    app.clock().advance(900);
    let later = device(&at, json!({})).await;
    let login = json!({ "email": ada.email, "password": ada.password });
    let again = at.post("/v1/auth/token", login).await.is(200);
    let ada = ada.with(&again.str("/access_token"));
    approve_from(&ada, "192.0.2.99", &later.user_code)
        .await
        .is(200);
}

#[both_stores]
async fn dev_01_ten_wrong_codes_from_an_address_are_enough(app: TestApp) {
    let at = behind_proxy(&app).await;
    let ada = at.owner().await;
    let waiting = device(&app, json!({})).await;
    let right = format!("/v1/auth/device/code/{}", waiting.user_code);
    for number in 0..9 {
        let target = format!("/v1/auth/device/code/{}", other_code(number));
        at.get(&target).await.is_problem(404);
        // what is right is no guess, and does not make the others undone
        at.get(&right).await.is(200);
    }
    at.get("/v1/auth/device/code/nonsense")
        .await
        .is_problem(404);
    at.get(&right).await.is_problem(429);
    for what in ["lookup", "approve", "deny"] {
        decide(&ada, what, &waiting.user_code).await.is_problem(429);
    }
    app.clock().advance(900);
    at.get(&right).await.is(200);
}

#[both_stores]
async fn dev_01_of_many_at_once_no_more_are_looked_up(app: TestApp) {
    let (here, other) = (behind_proxy(&app).await, behind_proxy(&app).await);
    let ada = here.owner().await;
    let there = ada.at(&other);
    let codes: Vec<String> = (0..64).map(other_code).collect();
    let guesses = codes.iter().enumerate().map(|(number, code)| {
        let who = if number % 2 == 0 { &ada } else { &there };
        decide(who, "approve", code)
    });
    let answers = join_all(guesses).await;
    let with = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((with(404), with(429)), (10, 54));
}

#[both_stores]
async fn dev_01_who_types_what_they_see_is_never_held_up(app: TestApp) {
    let ada = behind_proxy(&app).await.owner().await;
    for number in 0..15 {
        let waiting = device(&app, json!({})).await;
        let shown = waiting.user_code.clone();
        let typed = match number % 3 {
            0 => shown.to_lowercase(),
            1 => shown.replace('-', ""),
            _ => format!(" {} ", shown.replace('-', " ")),
        };
        decide(&ada, "approve", &typed).await.is(200);
        poll(&app, &waiting).await.is(200).str("/access_token");
    }
    for wrong in ["", "BCDF", "BCDF-GHJA", "1234-5678", "ＢCDF-GHJK"] {
        decide(&ada, "approve", wrong).await.is_invalid("user_code");
    }
}

#[both_stores]
async fn dev_01_codes_are_kept_as_hashes(app: TestApp) {
    let waiting = device(&app, json!({})).await;
    let hex = match app.kind() {
        StoreKind::Sqlite => "hex(user_code_hash) || hex(device_hash)",
        StoreKind::Postgres => "encode(user_code_hash, 'hex') || encode(device_hash, 'hex')",
    };
    let kept = app
        .rows(&format!("SELECT {hex} AS text FROM device_grants"))
        .await;
    assert!(kept.iter().all(|text| text.len() == 128), "{kept:?}");
    let plain = waiting.user_code.replace('-', "");
    app.never_log(&waiting.device_code);
    app.never_log(&waiting.user_code);
    app.never_log(&plain);
}

#[both_stores]
async fn dev_06_questions_do_not_pile_up(app: TestApp) {
    let small = app
        .instance_with(|services, _| services.waiting_devices = 3)
        .await;
    let ask = |number: i32| {
        let body = json!({ "email": format!("invented-{number}@x.test") });
        small.post("/v1/auth/device/code", body)
    };
    for number in 0..3 {
        ask(number).await.is(200);
    }
    for number in 3..6 {
        let refused = ask(number).await.is_problem(429);
        assert_eq!(refused.header("retry-after"), Some("60"));
    }
    assert_eq!(app.count("device_grants").await, 3);
    let lines = app.events().await;
    let refused = lines
        .iter()
        .filter(|line| line.starts_with("device.request denied"));
    assert_eq!(refused.count(), 1, "a flood is one line");
    app.clock().advance(601);
    ask(7).await.is(200);
    app.clock().advance(3 * DAY);
    app.services().tidy_up().await.unwrap();
    assert_eq!(app.count("device_grants").await, 0);
}

#[both_stores]
async fn dev_06_one_client_does_not_take_every_place(app: TestApp) {
    let behind = |http: &mut oneclaw_http::HttpSettings| {
        http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    let usual = Settings::default().device_codes;
    let one = app
        .instance_with(|services, http| {
            services.device_codes = usual;
            behind(http);
        })
        .await;
    let two = app
        .instance_with(|services, http| {
            services.device_codes = usual;
            behind(http);
        })
        .await;
    let ask = |number: usize, client: &'static str| {
        let at = [&one, &two][number % 2];
        let request = at.request("POST", "/v1/auth/device/code");
        let request = request.header("x-forwarded-for", client);
        async move { request.json(&json!({})).send().await }
    };
    for number in 0..30 {
        // from all over a network that one client is given
        let client = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"][number % 2];
        ask(number, client).await.is(200);
    }
    for number in 0..4 {
        let refused = ask(number, "2001:db8:1:2::3").await.is_problem(429);
        assert_eq!(refused.header("retry-after"), Some("600"));
    }
    assert_eq!(app.count("device_grants").await, 30);
    assert_eq!(
        app.last_event().await,
        "device.request denied rate_limited",
        "and is told once"
    );
    ask(0, "2001:db8:1:3::1").await.is(200);
    // when its first codes run out, there are new ones
    app.clock().advance(600);
    ask(0, "2001:db8:1:2::1").await.is(200);
}

#[both_stores]
async fn dev_06_a_client_asks_so_often_and_no_more(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.proofs_per_address = Settings::default().proofs_per_address;
        })
        .await;
    for _ in 0..30 {
        limited
            .post("/v1/auth/device/code", json!({}))
            .await
            .is(200);
    }
    // also what is no question
    for body in [json!({}), json!({ "client_id": 7 })] {
        limited
            .post("/v1/auth/device/code", body)
            .await
            .is_problem(429);
    }
    assert_eq!(app.count("device_grants").await, 30);
    let waiting = device(&app, json!({})).await;
    for _ in 0..30 {
        poll(&limited, &waiting).await.is(200);
    }
    poll(&limited, &waiting).await.is_problem(429);
    app.clock().advance(60);
    poll(&limited, &waiting).await.is(200);
}
