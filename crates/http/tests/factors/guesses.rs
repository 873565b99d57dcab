//! MFA-04: guessing codes, and locking people out.

use super::steps::{behind_a_proxy, enter, turn_off, verify, wrong_code};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::json;

fn wait_of(answer: &Answer) -> i64 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[both_stores]
async fn mfa_04_wrong_codes_are_counted_wherever_they_are_shown(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let there = ada.at(&other);
    let phone = ada.turn_mfa_on().await;
    let wrong = wrong_code(&phone, &app);
    let code = json!({ "code": wrong });
    for _ in 0..2 {
        // each after a fresh login: the right password forgives nothing
        enter(&ada, &wrong).await.is_problem(401);
        enter(&there, &wrong).await.is_problem(401);
        turn_off(&ada, &code).await.is_invalid("code");
        there
            .post("/v1/auth/reauth", code.clone())
            .await
            .is_problem(403);
        ada.post("/v1/auth/mfa/verify-setup", code.clone())
            .await
            .is_invalid("code");
    }
    let right = json!({ "code": phone.code(&app, 0) });
    let locked = enter(&ada, &phone.code(&app, 0)).await.is_problem(429);
    enter(&there, &phone.code(&app, 0)).await.is_problem(429);
    turn_off(&there, &right).await.is_problem(429);
    ada.post("/v1/auth/reauth", right.clone())
        .await
        .is_problem(429);
    there
        .post("/v1/auth/mfa/verify-setup", right)
        .await
        .is_problem(429);
    enter(&ada, &phone.recovery_codes[0]).await.is_problem(429);
    let folded = app.events().await;
    let limited = folded
        .iter()
        .filter(|event| *event == "auth.failure denied rate_limited");
    assert_eq!(limited.count(), 1, "a flood is one line");
    let told = folded
        .iter()
        .filter(|event| *event == "auth.failure denied wrong_second_factor");
    assert_eq!(told.count(), 8, "{folded:?}");

    let wait = wait_of(&locked);
    assert!((1..=900).contains(&wait), "{wait}");
    app.clock().advance(wait - 1);
    enter(&ada, &phone.code(&app, 0)).await.is_problem(429);
    app.clock().advance(1);
    enter(&ada, &phone.code(&app, 0)).await.is(200);
}

#[both_stores]
async fn mfa_04_a_right_code_forgives_the_wrong_ones(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    for steps in 0..3 {
        for _ in 0..9 {
            enter(&ada, &wrong_code(&phone, &app)).await.is_problem(401);
        }
        enter(&ada, &phone.code(&app, 0)).await.is(200);
        app.clock().advance(30);
        assert!(steps < 3);
    }
}

#[both_stores]
async fn mfa_04_guesses_at_a_setup_are_counted(app: TestApp) {
    let ada = app.owner().await;
    let mut phone = ada.set_up_mfa().await;
    for number in 0..10 {
        // a fresh secret before some of them changes nothing
        if number % 4 == 3 {
            phone = ada.set_up_mfa().await;
        }
        let wrong = json!({ "code": wrong_code(&phone, &app) });
        ada.post("/v1/auth/mfa/verify-setup", wrong)
            .await
            .is_invalid("code");
    }
    let right = json!({ "code": phone.code(&app, 0) });
    ada.post("/v1/auth/mfa/verify-setup", right)
        .await
        .is_problem(429);
    assert_eq!(ada.get("/v1/auth/mfa/status").await.get("/enabled"), false);
}

async fn from(at: &Instance, address: &str, person: &Person, code: &str) -> Answer {
    let token = person.challenge().await;
    let request = verify(at, &token, code);
    request.header("x-forwarded-for", address).send().await
}

#[both_stores]
async fn mfa_04_who_knows_the_password_cannot_lock_the_owner_out(app: TestApp) {
    let (a, b, c) = ("198.51.100.1", "198.51.100.2", "198.51.100.3");
    let front = behind_a_proxy(&app).await;
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    from(&front, b, &ada, &phone.code(&app, 0)).await.is(200);
    let wrong = wrong_code(&phone, &app);
    for _ in 0..10 {
        from(&front, a, &ada, &wrong).await.is_problem(401);
    }
    // strangers share one counter, wherever they come from
    from(&front, a, &ada, &phone.code(&app, 1))
        .await
        .is_problem(429);
    from(&front, c, &ada, &phone.code(&app, 1))
        .await
        .is_problem(429);
    from(&front, b, &ada, &phone.code(&app, 1)).await.is(200);
}

#[both_stores]
async fn mfa_04_parallel_guesses_on_two_instances_are_ten_in_total(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let wrong = wrong_code(&phone, &app);
    let mut questions = Vec::new();
    for _ in 0..32 {
        questions.push(ada.challenge().await);
    }
    let guesses = questions.iter().enumerate().map(|(number, token)| {
        let at = if number % 2 == 0 { &*app } else { &other };
        verify(at, token, &wrong).send()
    });
    let answers = join_all(guesses).await;
    let many = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((many(401), many(429)), (10, 22));
}

#[both_stores]
async fn mfa_04_a_question_takes_five_codes_on_all_instances_together(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let (token, wrong) = (ada.challenge().await, wrong_code(&phone, &app));
    for number in 0..5 {
        let at = if number % 2 == 0 { &*app } else { &other };
        verify(at, &token, &wrong).send().await.is_problem(401);
    }
    verify(&app, &token, &phone.code(&app, 0))
        .send()
        .await
        .is_problem(401);
    // another login is asked anew
    enter(&ada, &phone.code(&app, 0)).await.is(200);
    let failures = "SELECT CAST(max(failures) AS TEXT) AS text FROM account_proofs";
    assert_eq!(app.rows(failures).await, ["5"]);
}
