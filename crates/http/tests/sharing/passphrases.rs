//! Passphrases of shares.

use crate::steps::{Scene, VALUE, at, behind_a_proxy, event_of, open, open_with, plain, statuses};
use futures_util::future::join_all;
use oneclaw_services::PasswordPolicyParams;
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "wrong horse battery staple";

async fn from(at_instance: &Instance, share: &str, passphrase: &str, address: &str) -> Answer {
    let request = at_instance.request("POST", &at(share));
    let request = request.header("x-forwarded-for", address);
    request
        .json(&json!({ "passphrase": passphrase }))
        .send()
        .await
}

#[both_stores]
async fn shr_02_without_the_passphrase_nothing_is_told_or_counted(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene
        .link(json!({ "passphrase": RIGHT, "show_name": true }))
        .await;
    assert_eq!(scene.item(&share).await["has_passphrase"], true);
    for (answer, kind) in [
        (open(&app, &share).await, "passphrase_required"),
        (open_with(&app, &share, WRONG).await, "passphrase_invalid"),
        (
            open_with(&app, &share, "Correct horse battery staple").await,
            "passphrase_invalid",
        ),
        (
            app.request("POST", &format!("{}/preview", at(&share)))
                .send()
                .await,
            "passphrase_required",
        ),
        (
            app.post(
                &format!("{}/preview", at(&share)),
                json!({ "passphrase": WRONG }),
            )
            .await,
            "passphrase_invalid",
        ),
    ] {
        let answer = answer.is_problem(403);
        assert_eq!(answer.str("/type"), kind);
        for hidden in [VALUE, "db/password", "generic", "Person", RIGHT, WRONG] {
            assert!(!answer.text().contains(hidden), "{}", answer.text());
        }
        let event = event_of(&app, &answer).await;
        assert_eq!(
            event["org_id"],
            json!(crate::steps::bare(&scene.ada.org_id))
        );
        assert_eq!(event["details"]["reason"], kind);
        assert!(!event.to_string().contains("horse"));
        assert_eq!(scene.count(&share).await, 0);
    }
    let read = open_with(&app, &share, RIGHT).await.is(200);
    assert_eq!(read.str("/value"), VALUE);
    let stored = app.rows("SELECT passphrase_hash AS text FROM shares").await;
    assert!(stored[0].starts_with("$argon2id$"), "{stored:?}");
}

#[both_stores]
async fn shr_02_ten_wrong_tries_on_all_instances_together_then_none(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    let tries = (0..64).map(|n| {
        let at_instance = if n % 2 == 0 { &*app } else { &other };
        open_with(at_instance, &share, WRONG)
    });
    let answers = join_all(tries).await;
    let mut expected = vec![403; 10];
    expected.extend(vec![429; 54]);
    assert_eq!(statuses(&answers), expected);
    // neither does the right one tell anything now
    let refused = open_with(&other, &share, RIGHT).await.is_problem(429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // another share is not touched by that, and neither is another address
    let second = scene.link(json!({ "passphrase": RIGHT })).await;
    open_with(&app, &second, RIGHT).await.is(200);
    app.clock().advance(wait);
    open_with(&app, &share, RIGHT).await.is(200);
    let events = app.events().await;
    let wrong = events
        .iter()
        .filter(|e| *e == "share.access denied passphrase_invalid");
    assert_eq!(wrong.count(), 10);
    let limited = events
        .iter()
        .filter(|e| *e == "share.access denied rate_limited");
    assert_eq!(limited.count(), 1, "a flood is one line");
}

#[both_stores]
async fn shr_02_success_forgets_the_tries_of_its_address(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    for _ in 0..3 {
        for _ in 0..9 {
            open_with(&app, &share, WRONG).await.is_problem(403);
        }
        open_with(&app, &share, RIGHT).await.is(200);
    }
}

#[both_stores]
async fn shr_02_an_attacker_who_tries_for_hours_shuts_nobody_out(app: TestApp) {
    let scene = Scene::of(&app).await;
    let proxied = behind_a_proxy(&app).await;
    let share = scene
        .link(json!({ "passphrase": RIGHT, "expires_in_hours": 72 }))
        .await;
    // somebody who has read it before
    from(&proxied, &share, RIGHT, "198.51.100.7").await.is(200);
    for hour in 0..6 {
        for _ in 0..12 {
            let answer = from(&proxied, &share, WRONG, "203.0.113.9").await;
            assert!([403, 429].contains(&answer.status), "{}", answer.status);
        }
        let newcomer = format!("198.51.100.{}", 20 + hour);
        from(&proxied, &share, RIGHT, &newcomer).await.is(200);
        app.clock().advance(3600);
    }
}

#[both_stores]
async fn shr_02_whoever_pays_for_many_addresses_shuts_nobody_out(app: TestApp) {
    let scene = Scene::of(&app).await;
    let fronts = [behind_a_proxy(&app).await, behind_a_proxy(&app).await];
    let share = scene
        .link(json!({ "passphrase": RIGHT, "expires_in_hours": 72 }))
        .await;
    from(&fronts[0], &share, RIGHT, "198.51.100.7")
        .await
        .is(200);
    for window in 0..4 {
        // ten addresses use up what all have together
        let flood = (0..120).map(|n| {
            let address = format!("203.0.113.{}", n / 10 + 1);
            let (front, share) = (&fronts[n % 2], &share);
            async move { from(front, share, WRONG, &address).await.status }
        });
        let mut made = 0;
        for status in flood {
            made += i32::from(status.await == 403);
        }
        // the other two had one try each
        assert_eq!(made, 102, "window {window}");
        // somebody who has never been here comes, at any time
        let newcomer = format!("198.51.100.{}", 20 + window);
        from(&fronts[1], &share, RIGHT, &newcomer).await.is(200);
        // and may be mistaken once before they have to wait
        let mistaken = format!("198.51.100.{}", 40 + window);
        let ask = |words: &'static str| from(&fronts[0], &share, words, &mistaken);
        ask(WRONG).await.is_problem(403);
        let refused = ask(RIGHT).await.is_problem(429);
        let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        // who has read it before has all of their own tries
        from(&fronts[0], &share, WRONG, "198.51.100.7")
            .await
            .is_problem(403);
        from(&fronts[1], &share, RIGHT, "198.51.100.7")
            .await
            .is(200);
        app.clock().advance(wait);
        ask(RIGHT).await.is(200);
        app.clock().advance(900);
    }
}

#[both_stores]
async fn shr_02_who_is_right_at_once_uses_up_nobodys_tries(app: TestApp) {
    let scene = Scene::of(&app).await;
    let limited = app
        .instance_with(|services, http| {
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
            services.failed_passphrases_in_all.tries = 5;
        })
        .await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    for reader in 0..12 {
        let address = format!("198.51.100.{reader}");
        from(&limited, &share, RIGHT, &address).await.is(200);
    }
    // all five are left for whoever errs; the sixth has the one of their address alone
    for reader in 0..3 {
        let address = format!("203.0.113.{}", 1 + reader / 2);
        from(&limited, &share, WRONG, &address)
            .await
            .is_problem(403);
    }
    from(&limited, &share, WRONG, "203.0.113.2")
        .await
        .is_problem(403);
    from(&limited, &share, WRONG, "203.0.113.3")
        .await
        .is_problem(403);
    from(&limited, &share, WRONG, "203.0.113.3")
        .await
        .is_problem(403);
    from(&limited, &share, WRONG, "203.0.113.3")
        .await
        .is_problem(429);
}

#[both_stores]
async fn shr_02_a_try_that_nobody_had_time_for_is_none(app: TestApp) {
    let scene = Scene::of(&app).await;
    let busy = app
        .instance_with(|services, _| {
            services.password_params = PasswordPolicyParams {
                memory_kib: 8 * 1024,
                iterations: 2,
                parallelism: 1,
            };
            services.passphrase_workers = 1;
            services.passphrase_queue = 0;
            services.failed_passphrases.tries = 40;
            services.failed_passphrases_in_all.tries = 40;
        })
        .await;
    let ada = scene.ada.at(&busy);
    let link = json!({ "recipient_type": "anyone_with_link", "passphrase": RIGHT });
    let share = ada.share(&scene.secret, link).await.is(201).str("/id");
    let flood = join_all((0..40).map(|_| open_with(&busy, &share, WRONG))).await;
    let made = flood.iter().filter(|answer| answer.status == 403).count();
    let busy_answers = flood.iter().filter(|answer| answer.status == 503).count();
    assert!(made > 0 && busy_answers > 0 && made + busy_answers == 40);
    // as many are left as were not made
    for _ in 0..busy_answers {
        open_with(&busy, &share, WRONG).await.is_problem(403);
    }
    open_with(&busy, &share, WRONG).await.is_problem(429);
}

#[both_stores]
async fn shr_03_the_passphrase_is_taken_from_body_and_header_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    app.never_log("horse");
    for query in [
        "passphrase=correct%20horse%20battery%20staple",
        "passphrase=correct+horse+battery+staple",
    ] {
        for method in ["GET", "POST"] {
            let target = format!("{}?{query}", at(&share));
            let answer = app.request(method, &target).send().await.is_problem(403);
            assert_eq!(answer.str("/type"), "passphrase_required");
        }
    }
    let header = |value: &str| {
        let request = app.request("GET", &at(&share));
        request.header("X-Share-Passphrase", value)
    };
    header(RIGHT).send().await.is(200);
    header(WRONG).send().await.is_problem(403);
    header("").send().await.is_invalid("X-Share-Passphrase");
    header(RIGHT)
        .header("x-share-passphrase", RIGHT)
        .send()
        .await
        .is_invalid("X-Share-Passphrase");
    // the body counts, where there are both
    let body = json!({ "passphrase": RIGHT });
    header(WRONG).json(&body).send().await.is(200);
    header(RIGHT)
        .json(&json!({ "passphrase": WRONG }))
        .send()
        .await
        .is_problem(403);
    header(RIGHT)
        .json(&json!({ "passphrase": null }))
        .send()
        .await
        .is(200);
    for bad in [
        json!({ "passphrase": "" }),
        json!({ "passphrase": 1 }),
        json!({ "passphrase": "x".repeat(257) }),
    ] {
        let request = app.request("GET", &at(&share)).json(&bad);
        request.send().await.is_invalid("passphrase");
    }
    let events = app
        .rows("SELECT CAST(details AS TEXT) AS text FROM audit_events")
        .await;
    assert!(!events.join("\n").contains("horse"));
    assert!(!app.logged().contains("battery staple"));
}

/// Sends raw bytes on one connection and gives all that comes back until the server closes it.
async fn raw(at_instance: &Instance, bytes: &str) -> String {
    let mut stream = TcpStream::connect(at_instance.address()).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[both_stores]
async fn shr_03_the_body_of_a_get_is_read_to_its_end(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    let target = at(&share);
    let body = format!("{{\"passphrase\":\"{RIGHT}\"}}");
    let (first, second) = body.split_at(9);
    let length = format!("content-length: {}\r\n\r\n{body}", body.len());
    let chunked = format!(
        "transfer-encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let next = "GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for framed in [&length, &chunked] {
        let head =
            format!("GET {target} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n");
        let answers = raw(&app, &format!("{head}{framed}{next}")).await;
        assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
        assert!(
            answers.contains(VALUE) && answers.contains("healthy"),
            "{answers}"
        );
        // the page leaves no body on the connection either
        let head = format!(
            "GET {target} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\ncontent-type: application/json\r\n"
        );
        let answers = raw(&app, &format!("{head}{framed}{next}")).await;
        assert!(
            answers.contains("<!DOCTYPE html>") || answers.contains("<!doctype html>"),
            "{answers}"
        );
        assert!(answers.contains("healthy"), "{answers}");
    }
}

#[both_stores]
async fn shr_02_a_malformed_body_is_told_after_the_count(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "passphrase": RIGHT })).await;
    let target = at(&share);
    let mut told = Vec::new();
    for body in ["{", "[]", "{\"passphrase\":"] {
        let request = app.request("GET", &target).body(body);
        told.push(plain(&request.send().await.is_problem(400)));
    }
    assert_eq!(scene.count(&share).await, 0);
    let typed = app
        .request("POST", &target)
        .header("content-type", "text/plain")
        .body("x");
    typed.send().await.is_problem(415);
}
