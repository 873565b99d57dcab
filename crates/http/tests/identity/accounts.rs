//! Making accounts.

use super::steps::{login, rows};
use futures_util::future::join_all;
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::{Value, json};

fn account(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

#[both_stores]
async fn auth_02_look_alikes_are_refused_or_somebody_else(app: TestApp) {
    let password = "Correct-Horse-2-Battery";
    let mike = app
        .post("/v1/auth/signup", account("mike@x.test", password))
        .await
        .is(200);
    let before = rows(&app).await;
    let look_alikes = [
        "m\u{131}ke@x.test",
        "mi\u{212a}e@x.test",
        "m\u{456}ke@x.test",
        "\u{ff4d}\u{ff49}\u{ff4b}\u{ff45}@x.test",
        "mike@\u{ff58}.test",
        "mike\u{200b}@x.test",
        "stra\u{df}e@x.test",
    ];
    for look_alike in look_alikes {
        for target in ["/v1/auth/signup", "/v1/auth/token"] {
            app.post(target, account(look_alike, password))
                .await
                .is_invalid("email");
        }
    }
    assert_eq!(rows(&app).await, before);

    let other = app
        .post("/v1/auth/signup", account("strasse@x.test", password))
        .await
        .is(200);
    assert_ne!(other.str("/user_id"), mike.str("/user_id"));
    assert_ne!(other.str("/org_id"), mike.str("/org_id"));
}

#[both_stores]
async fn auth_01_one_spelling_of_an_address_is_one_account(app: TestApp) {
    let password = "Correct-Horse-1-Battery";
    let alice = app
        .post("/v1/auth/signup", account(" Alice@X.TEST\t", password))
        .await
        .is(200);
    assert_eq!(alice.str("/email"), "alice@x.test");
    let before = rows(&app).await;
    for spelling in ["alice@x.test", "ALICE@x.test", "\nalice@X.test \r\n"] {
        app.post("/v1/auth/signup", account(spelling, password))
            .await
            .is_problem(409);
        assert_eq!(app.last_event().await, "user.signup denied conflict");
    }
    assert_eq!(rows(&app).await, before);
    let again = login(&app, "\tALICE@x.TEST ", password)
        .send()
        .await
        .is(200);
    assert_eq!(again.str("/user_id"), alice.str("/user_id"));
}

/// Signs one address up sixteen times at once; each try has a password of its own.
async fn sixteen(at: &Instance, first: usize) -> Vec<(String, u16)> {
    let tries = (first..first + 16).map(async |number| {
        let password = format!("Correct-Horse-{number}-Battery");
        let answer = at
            .post("/v1/auth/signup", account("race@x.test", &password))
            .await;
        (password, answer.status)
    });
    join_all(tries).await
}

#[both_stores]
async fn auth_03_parallel_signups_make_one_account(app: TestApp) {
    let other = app.another_instance().await;
    let (here, there) = tokio::join!(sixteen(&app, 0), sixteen(&other, 16));
    let tries = [here, there].concat();
    let made: Vec<_> = tries.iter().filter(|(_, status)| *status == 200).collect();
    let refused = tries.iter().filter(|(_, status)| *status == 409).count();
    assert_eq!((made.len(), refused), (1, 31), "{tries:?}");

    for table in ["users", "orgs", "sessions", "refresh_tokens"] {
        assert_eq!(app.count(table).await, 1, "{table}");
    }
    let events = app.events().await;
    let many = |wanted: &str| events.iter().filter(|event| *event == wanted).count();
    assert_eq!(many("user.signup ok"), 1);
    assert_eq!(many("user.signup denied conflict"), 31);
    let (winning, _) = made.first().unwrap();
    let losing = tries.iter().find(|(_, status)| *status == 409).unwrap();
    login(&app, "race@x.test", winning).send().await.is(200);
    login(&other, "race@x.test", &losing.0)
        .send()
        .await
        .is_problem(401);
}

#[both_stores]
async fn org_11_of_parallel_first_signups_one_runs_the_installation(app: TestApp) {
    let first = (0..8).map(async |number| {
        let body = account(&format!("first-{number}@x.test"), "Correct-Horse-8-Battery");
        app.post("/v1/auth/signup", body)
            .await
            .is(200)
            .str("/access_token")
    });
    let mut admins = 0;
    for token in join_all(first).await {
        let me = app
            .request("GET", "/v1/auth/me")
            .bearer(&token)
            .send()
            .await
            .is(200);
        admins += usize::from(me.get("/is_platform_admin") == true);
    }
    assert_eq!(admins, 1);
    let platforms = "SELECT 'x' AS text FROM orgs WHERE is_platform";
    assert_eq!(app.rows(platforms).await.len(), 1);
}
