//! AUTH-16, MAIL-04: another address.

use crate::steps::{NEW, forget, login, me, proved_owner, rows, seen, sign_up, subjects, tokens};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};

async fn ask(who: &Person, new_email: &str) -> Answer {
    let body = json!({ "new_email": new_email });
    who.post("/v1/auth/change-email", body).await
}

async fn prove(who: &Person, code: &str) -> Answer {
    who.post("/v1/auth/verify-email-change", json!({ "code": code }))
        .await
}

/// The newest code that an address was mailed.
async fn code(app: &TestApp, email: &str) -> String {
    let mut mails = app.mail_to(email).await;
    mails.retain(|mail| mail.header("subject").unwrap().contains("code"));
    let newest = mails.last();
    newest
        .unwrap_or_else(|| panic!("no code came to {email}"))
        .code()
}

/// A code that is not this one.
fn another(code: &str, number: u32) -> String {
    format!(
        "{:06}",
        (code.parse::<u32>().unwrap() + 1 + number) % 1_000_000
    )
}

#[both_stores]
async fn an_address_is_changed_by_the_code_that_went_there(app: TestApp) {
    let ada = proved_owner(&app).await;
    let asked = ask(&ada, " Moved@X.test ").await.is(200);
    assert_eq!(asked.str("/new_email"), "moved@x.test");
    assert_eq!(asked.get("/expires_in_seconds"), 600);
    assert_eq!(me(&app, &ada.token).await["email"], ada.email);
    let code = code(&app, "moved@x.test").await;
    let changed = prove(&ada, &format!(" {code} ")).await.is(200);
    let expected = json!({ "message": "Email updated", "email": "moved@x.test" });
    assert_eq!(changed.json(), expected);
    assert_eq!(app.last_event().await, "user.email_change ok");
    let profile = me(&app, &ada.token).await;
    assert_eq!(profile["email"], "moved@x.test");
    assert_eq!(profile["email_verified"], true);
    login(&app, "moved@x.test", &ada.password).await.is(200);
    login(&app, &ada.email, &ada.password).await.is_problem(401);
    let mails = subjects(&app, &ada.email).await;
    assert!(
        mails
            .iter()
            .any(|it| it == "Your e-mail address was changed"),
        "{mails:?}"
    );
    prove(&ada, &code).await.is_invalid("code");
}

/// What the caller sees, but for how many requests they made: one more than before.
fn but_for_the_count(answer: &Answer, before: &mut i64) -> (u16, Vec<(String, String)>, Value) {
    let used = answer.header("x-ratelimit-requests-used").unwrap();
    let used: i64 = used.parse().unwrap();
    assert!(*before == 0 || used == *before + 1, "{before}, {used}");
    *before = used;
    let (status, mut headers, body) = seen(answer);
    headers.retain(|(name, _)| name != "x-ratelimit-requests-used");
    (status, headers, body)
}

#[both_stores]
async fn auth_16_five_wrong_codes_and_the_right_one_is_dead(app: TestApp) {
    let other = app.another_instance().await;
    let ada = proved_owner(&app).await;
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    let (mut answers, mut requests) = (Vec::new(), 0);
    for number in 0..5 {
        let at = if number % 2 == 0 { &app } else { &other };
        let answer = prove(&ada.at(at), &another(&right, number)).await;
        answers.push(but_for_the_count(&answer.is_invalid("code"), &mut requests));
        let denied = "user.email_change denied invalid_input";
        assert_eq!(app.last_event().await, denied);
    }
    let dead = prove(&ada, &right).await.is_invalid("code");
    answers.push(but_for_the_count(&dead, &mut requests));
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    // not tries at the code at all
    for shape in ["12345", "1234567", "12345a", "١٢٣٤٥٦", "+12345", ""] {
        prove(&ada, shape).await.is_invalid("code");
    }
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    prove(&ada, &right).await.is(200);
}

#[both_stores]
async fn auth_16_guesses_are_counted_for_the_account_too(app: TestApp) {
    let ada = proved_owner(&app).await;
    for round in 0..2 {
        ask(&ada, "moved@x.test").await.is(200);
        let right = code(&app, "moved@x.test").await;
        for number in 0..5 {
            prove(&ada, &another(&right, number + round))
                .await
                .is_invalid("code");
        }
    }
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    prove(&ada, &right).await.is_problem(429);
}

#[both_stores]
async fn auth_16_parallel_guesses_are_five(app: TestApp) {
    let other = app.another_instance().await;
    let ada = proved_owner(&app).await;
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    let guesses = (0..8).map(|number| {
        let who = ada.at(if number % 2 == 0 { &app } else { &other });
        let guess = another(&right, number);
        async move { prove(&who, &guess).await.status }
    });
    assert_eq!(join_all(guesses).await, [400; 8]);
    let failures = "SELECT CAST(failures AS TEXT) AS text FROM account_proofs \
                    WHERE kind = 'email_change'";
    assert_eq!(app.rows(failures).await, ["5"]);
    prove(&ada, &right).await.is_invalid("code");
}

#[both_stores]
async fn auth_16_a_code_is_for_its_account_its_address_and_its_time(app: TestApp) {
    let (ada, bob) = (proved_owner(&app).await, proved_owner(&app).await);
    ask(&ada, "moved@x.test").await.is(200);
    let first = code(&app, "moved@x.test").await;
    ask(&bob, "elsewhere@x.test").await.is(200);
    let foreign = code(&app, "elsewhere@x.test").await;
    if first != foreign {
        prove(&bob, &first).await.is_invalid("code");
    }
    // FLD-09: the newest request wins, and the one before is worth nothing
    ask(&ada, "again@x.test").await.is(200);
    let second = code(&app, "again@x.test").await;
    if first != second {
        prove(&ada, &first).await.is_invalid("code");
    }
    app.clock().advance(600);
    prove(&ada, &second).await.is_invalid("code");
    ask(&ada, "again@x.test").await.is(200);
    let third = code(&app, "again@x.test").await;
    app.clock().advance(299);
    prove(&ada, &third).await.is(200);
}

#[both_stores]
async fn auth_16_a_taken_address_is_told_to_its_owner_alone(app: TestApp) {
    let (ada, bob) = (proved_owner(&app).await, proved_owner(&app).await);
    let free = ask(&ada, "free@x.test").await.is(200);
    let taken = ask(&ada, &bob.email).await.is(200);
    assert_eq!(
        free.text().replace("free@x.test", "it"),
        taken.text().replace(&bob.email, "it")
    );
    let mails = subjects(&app, &bob.email).await;
    let told = "Somebody wanted your e-mail address";
    assert!(mails.iter().any(|it| it == told), "{mails:?}");
    let before = rows(&app).await;
    prove(&ada, "000000").await;
    assert_eq!(rows(&app).await, before);
    assert_eq!(me(&app, &ada.token).await["email"], ada.email);
    // one's own says so
    ask(&ada, &ada.email).await.is_invalid("new_email");
}

#[both_stores]
async fn auth_16_who_takes_the_address_meanwhile_keeps_it(app: TestApp) {
    let ada = proved_owner(&app).await;
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    sign_up(&app, "moved@x.test", NEW).await.is(200);
    for _ in 0..2 {
        prove(&ada, &right).await.is_problem(409);
        assert_eq!(app.last_event().await, "user.email_change denied conflict");
    }
    assert_eq!(me(&app, &ada.token).await["email"], ada.email);
}

#[both_stores]
async fn auth_16_of_two_who_prove_one_address_at_once_one_gets_it(app: TestApp) {
    let other = app.another_instance().await;
    let (ada, bob) = (proved_owner(&app).await, proved_owner(&app).await);
    ask(&ada, "moved@x.test").await.is(200);
    let adas = code(&app, "moved@x.test").await;
    ask(&bob, "moved@x.test").await.is(200);
    let bobs = code(&app, "moved@x.test").await;
    let there = bob.at(&other);
    let (one, two) = tokio::join!(prove(&ada, &adas), prove(&there, &bobs));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let having = "SELECT email AS text FROM users WHERE email = 'moved@x.test'";
    assert_eq!(app.rows(having).await.len(), 1);
}

/// A stranger's address is not written to without end.
#[both_stores]
async fn requests_are_counted_for_the_account(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.password_mails.tries = 5)
        .await;
    let ada = proved_owner(&app).await.at(&limited);
    for number in 0..5 {
        ask(&ada, &format!("victim-{number}@x.test")).await.is(200);
    }
    ask(&ada, "victim@x.test").await.is_problem(429);
}

/// Without a proof by mail, the account's own session proves its address by a code.
#[both_stores]
async fn an_unproved_address_is_proved_by_a_code_to_itself(app: TestApp) {
    let ada = app.owner().await;
    ask(&ada, &ada.email).await.is(200);
    let right = code(&app, &ada.email).await;
    prove(&ada, &right).await.is(200);
    assert_eq!(me(&app, &ada.token).await["email_verified"], true);
    let mails = subjects(&app, &ada.email).await;
    assert!(!mails.contains(&"Your e-mail address was changed".to_owned()));
}

#[both_stores]
async fn mail_04_what_waits_for_the_old_address_is_not_sent(app: TestApp) {
    let ada = proved_owner(&app).await;
    ask(&ada, "moved@x.test").await.is(200);
    let right = code(&app, "moved@x.test").await;
    let bob = app.owner().await;
    let invite = json!({ "email": ada.email });
    bob.post("/v1/org/invite", invite).await.is(200);
    forget(&app, &ada.email).await.is(200);
    ada.api_key(json!({ "name": "ci" })).await;
    prove(&ada, &right).await.is(200);
    assert!(tokens(&app, &ada.email, "reset-password").await.is_empty());
    let mails = subjects(&app, &ada.email).await;
    let told = |what: &str| mails.iter().any(|subject| subject.contains(what));
    assert!(!told("invites you"), "{mails:?}");
    // what was done to the account is told all the same
    assert!(told("API key") && told("address was changed"), "{mails:?}");
}
