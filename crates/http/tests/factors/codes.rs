//! MFA-01, MFA-02, MFA-03, MFA-08: a code is good for one login.

use super::steps::{enter, told, verify};
use futures_util::future::join_all;
use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn mfa_01_a_code_is_used_once_and_steps_only_grow(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    // the code that turned it on is used
    enter(&ada, &phone.code(&app, -1)).await.is_problem(401);
    let code = phone.code(&app, 0);
    enter(&ada, &code).await.is(200);
    enter(&ada, &code).await.is_problem(401);
    enter(&ada.at(&other), &code).await.is_problem(401);
    // step t, then t - 1 within the drift, which nobody has used
    app.clock().advance(60);
    enter(&ada, &phone.code(&app, 0)).await.is(200);
    enter(&ada.at(&other), &phone.code(&app, -1))
        .await
        .is_problem(401);
    enter(&ada, &phone.code(&app, 1)).await.is(200);
    enter(&ada, &phone.code(&app, 0)).await.is_problem(401);
    // and beyond the drift
    app.clock().advance(300);
    for steps in [-2, 2] {
        enter(&ada, &phone.code(&app, steps)).await.is_problem(401);
    }
    enter(&ada, &phone.code(&app, -1)).await.is(200);
}

#[both_stores]
async fn mfa_02_a_used_code_in_another_form_is_used(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let code = phone.code(&app, 0);
    enter(&ada, &code).await.is(200);
    let full_width: String = code
        .chars()
        .filter_map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xff10))
        .collect();
    let (left, right) = code.split_at(3);
    let sessions = app.count("sessions").await;
    for (form, status) in [
        (json!(format!(" {code}")), 401),
        (json!(format!("{left} {right}")), 401),
        (json!(format!("{left}-{right}")), 401),
        (json!(format!("{code}\n")), 400),
        (json!(full_width), 400),
        (json!(format!("+{code}")), 400),
        (json!(format!("0{code}")), 400),
        (json!(code.parse::<u32>().unwrap()), 400),
        (json!([code]), 400),
        (json!(""), 400),
    ] {
        let body = json!({ "mfa_token": ada.challenge().await, "code": form });
        let answer = app.post("/v1/auth/mfa/verify", body).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.text());
    }
    assert_eq!(app.count("sessions").await, sessions);
}

#[both_stores]
async fn mfa_02_recovery_codes_are_read_as_people_type_them(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let codes = &phone.recovery_codes;
    enter(&ada, &codes[0].to_uppercase()).await.is(200);
    enter(&ada, &codes[1].replace('-', "")).await.is(200);
    enter(&ada, &codes[2].replace('-', " ")).await.is(200);
    for used in [
        codes[0].clone(),
        codes[1].to_uppercase(),
        codes[2].replace('-', ""),
    ] {
        enter(&ada, &used).await.is_problem(401);
    }
    assert_eq!(app.count("recovery_codes").await, 5);
}

/// As many logins as there are tries, each with a question of its own, on both instances.
async fn all_at_once(ada: &Person, at: [&Instance; 2], code: &str) -> Vec<Answer> {
    let mut questions = Vec::new();
    for _ in 0..32 {
        questions.push(ada.challenge().await);
    }
    let tries = questions.iter().enumerate();
    join_all(tries.map(|(number, token)| verify(at[number % 2], token, code).send())).await
}

#[both_stores]
async fn mfa_03_of_32_at_once_one_gets_in(app: TestApp) {
    let plenty = AttemptLimit {
        tries: 1_000,
        seconds: 900,
    };
    let one = app
        .instance_with(|services, _| {
            services.failed_codes = plenty;
            services.proofs_per_address = plenty;
        })
        .await;
    let two = app
        .instance_with(|services, _| {
            services.failed_codes = plenty;
            services.proofs_per_address = plenty;
        })
        .await;
    let ada = app.owner().await.at(&one);
    let phone = ada.turn_mfa_on().await;
    for code in [phone.code(&app, 0), phone.recovery_codes[3].clone()] {
        let sessions = app.count("sessions").await;
        let answers = all_at_once(&ada, [&one, &two], &code).await;
        let many = |status: u16| {
            answers
                .iter()
                .filter(|answer| answer.status == status)
                .count()
        };
        assert_eq!((many(200), many(401)), (1, 31));
        assert_eq!(app.count("sessions").await, sessions + 1);
    }
    assert_eq!(app.count("recovery_codes").await, 7);

    // and one question, asked often at once, lets one in
    let (token, code) = (ada.challenge().await, phone.code(&app, 1));
    let tries = (0..32).map(|number| verify([&one, &two][number % 2], &token, &code).send());
    let answers = join_all(tries).await;
    let inside = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(inside.count(), 1);
}

#[both_stores]
async fn mfa_01_a_question_is_answered_once_and_in_time(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let unknown = format!("mfa_{}", "A".repeat(43));
    let wrong = verify(&app, &unknown, &phone.code(&app, 0))
        .send()
        .await
        .is_problem(401);
    let one_text = told(&wrong);
    let spent = ada.challenge().await;
    verify(&app, &spent, &phone.code(&app, 0))
        .send()
        .await
        .is(200);
    let late = ada.challenge().await;
    let dead = ada.challenge().await;
    for _ in 0..5 {
        verify(&app, &dead, &phone.code(&app, 0))
            .send()
            .await
            .is_problem(401);
    }
    let good = phone.code(&app, 1);
    for token in [spent.as_str(), &dead, "mfa_nothing", "mfa_"] {
        let answer = verify(&app, token, &good).send().await.is_problem(401);
        assert_eq!(told(&answer), one_text, "{token}");
    }
    verify(&app, "", &good).send().await.is_invalid("mfa_token");
    app.clock().advance(300);
    let answer = verify(&app, &late, &phone.code(&app, 0))
        .send()
        .await
        .is_problem(401);
    assert_eq!(told(&answer), one_text);
    app.clock().advance(900);
    enter(&ada, &phone.code(&app, 0)).await.is(200);
}

#[both_stores]
async fn mfa_08_a_secret_opens_for_its_account_alone(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let (hers, his) = (ada.turn_mfa_on().await, bob.turn_mfa_on().await);
    let of = |person: &Person| {
        format!(
            "user_id = (SELECT id FROM users WHERE email = '{}')",
            person.email
        )
    };
    let copy = format!(
        "UPDATE second_factors SET sealed = (SELECT sealed FROM second_factors WHERE {}) WHERE {}",
        of(&ada),
        of(&bob)
    );
    app.tamper(&copy).await;
    let answer = enter(&bob, &hers.code(&app, 0)).await.is_problem(503);
    assert_eq!(answer.get("/code"), "integrity_error");
    enter(&bob, &his.code(&app, 0)).await.is_problem(503);
    // recovery codes moved to him open nothing either
    let moved = format!("UPDATE recovery_codes SET {} WHERE {}", of(&bob), of(&ada));
    app.tamper(&moved).await;
    enter(&bob, &hers.recovery_codes[0]).await.is_problem(401);
    enter(&ada, &hers.code(&app, 0)).await.is(200);
}

#[both_stores]
async fn mfa_08_a_clock_that_goes_back_uses_no_code_again(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    app.clock().advance(600);
    let used = phone.code(&app, 0);
    enter(&ada, &used).await.is(200);
    app.clock().advance(-300);
    enter(&ada, &phone.code(&app, 0)).await.is_problem(401);
    app.clock().advance(300);
    enter(&ada, &used).await.is_problem(401);
    app.clock().advance(30);
    enter(&ada, &phone.code(&app, 0)).await.is(200);
}
