//! FLD-03, FLD-04: who a client is, to the limits and to the audit events alike.

use super::ground::{Ground, THREE, WRONG, from, limited, post, two};
use futures_util::future::join_all;
use oneclaw_testkit::{Instance, Request, TestApp, both_stores};
use serde_json::{Value, json};

fn login(at: &Instance) -> Request {
    let body = json!({ "email": "nobody@x.test", "password": WRONG });
    post(at, "/v1/auth/token", &body)
}

/// The address in the newest event.
async fn seen(app: &TestApp) -> Value {
    app.audit().await.pop().unwrap()["ip_address"].clone()
}

#[both_stores]
async fn fld_03_no_header_makes_another_client(app: TestApp) {
    let plain = app
        .instance_with(|services, _| services.logins_per_address = THREE)
        .await;
    let names = [
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "cf-connecting-ip",
        "true-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "client-ip",
    ];
    for (number, name) in names.iter().enumerate() {
        let value = match *name {
            "forwarded" => format!("for=203.0.113.{number}"),
            _ => format!("203.0.113.{number}"),
        };
        let answer = login(&plain).header(name, &value).send().await;
        let expected = if number < 3 { 401 } else { 429 };
        assert_eq!(answer.status, expected, "{name}");
        assert_eq!(seen(&app).await, "127.0.0.1", "{name}");
    }
}

#[both_stores]
async fn fld_03_behind_a_proxy_the_rightmost_stranger_counts(app: TestApp) {
    let [front, _] = two(&app, |settings| settings.logins_per_address = THREE).await;
    let hops = |count: usize| {
        let made_up: Vec<_> = (0..count).map(|n| format!("10.{}.1.1", n % 250)).collect();
        format!("{}, 203.0.113.7", made_up.join(", "))
    };
    let ways = [
        "203.0.113.7".to_owned(),
        "6.6.6.6, 203.0.113.7".to_owned(),
        "garbage, 6.6.6.6, 203.0.113.7, 127.0.0.9".to_owned(),
        hops(1_000),
        "\u{1}\"';--, 203.0.113.7:4711".replace('\u{1}', "?"),
        "::ffff:203.0.113.7".to_owned(),
    ];
    for (number, way) in ways.iter().enumerate() {
        let ask = from(login(&front), way)
            .header("x-real-ip", &format!("198.51.100.{number}"))
            .header("cf-connecting-ip", &format!("198.51.100.{number}"))
            .header("forwarded", &format!("for=198.51.100.{number}"));
        let answer = ask.send().await;
        let expected = if number < 3 { 401 } else { 429 };
        assert_eq!(answer.status, expected, "{way:.60}");
        if number <= 3 {
            assert_eq!(seen(&app).await, "203.0.113.7", "{way:.60}");
        }
    }
    // what cannot be read is whoever passed it on
    let answer = from(login(&front), "203.0.113.7, garbage").send().await;
    assert_eq!(answer.status, 401);
    assert_eq!(seen(&app).await, "127.0.0.1");
}

#[both_stores]
async fn fld_04_a_network_is_one_client_and_a_crowd_resets_nobodys_count(app: TestApp) {
    let ground = Ground::of(&app).await;
    let [one, another] = two(&app, |settings| {
        settings.logins_per_address = THREE;
        settings.share_reads_per_address = THREE;
    })
    .await;
    let share = |at: &Instance, client: &str| {
        let target = format!("/v1/share/{}", ground.locked_id);
        from(at.request("GET", &target), client).send()
    };
    for number in 0..3_u64 {
        // each from another end of the network
        let client = format!("2001:db8:1:2:{:x}::{number:x}", number * 0x4000);
        from(login(&one), &client).send().await.is_problem(401);
        share(&another, &client).await.is_problem(403);
    }
    let last = "2001:db8:1:2:ffff:ffff:ffff:ffff";
    from(login(&another), last).send().await.is_problem(429);
    share(&one, last).await.is_problem(429);
    let beside = "2001:db8:1:3::1";
    from(login(&another), beside).send().await.is_problem(401);
    share(&one, beside).await.is_problem(403);

    let rows = app.count("attempts").await;
    for batch in 0..10 {
        let crowd =
            (0..30).map(|number| share(&one, &format!("2001:db8:2:{batch:x}{number:02x}::1")));
        for answer in join_all(crowd).await {
            assert_eq!(answer.status, 403);
        }
    }
    from(login(&another), last).send().await.is_problem(429);
    share(&one, last).await.is_problem(429);
    assert_eq!(limited(&app).await, 2, "a flood is one line");
    assert_eq!(app.count("attempts").await, rows + 300);
}
