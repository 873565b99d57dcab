//! AUTH-06, AUTH-07: guessing passwords, and locking people out.

use super::steps::{behind_a_proxy, login};
use futures_util::future::join_all;
use oneclaw_services::{AttemptLimit, Settings};
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores};

const WRONG: &str = "Wrong-Horse-0-Battery";

async fn login_from(at: &Instance, address: &str, email: &str, password: &str) -> Answer {
    login(at, email, password)
        .header("x-forwarded-for", address)
        .send()
        .await
}

fn wait_of(answer: &Answer) -> i64 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[both_stores]
async fn auth_06_a_stranger_cannot_lock_the_owner_out(app: TestApp) {
    let (a, b, c) = ("198.51.100.1", "198.51.100.2", "198.51.100.3");
    let front = behind_a_proxy(&app).await;
    let ada = app.owner().await;
    login_from(&front, b, &ada.email, &ada.password)
        .await
        .is(200);

    let hashes = front.services().password_hashes();
    let (mut refused, mut locked) = (0, 0);
    for _ in 0..20 {
        let guesses = (0..50).map(|_| login_from(&front, a, &ada.email, WRONG));
        for answer in join_all(guesses).await {
            refused += usize::from(answer.status == 401);
            locked += usize::from(answer.status == 429);
        }
    }
    assert_eq!((refused, locked), (10, 990));
    assert_eq!(front.services().password_hashes(), hashes + 10);
    // no oracle: the right password is answered like the wrong ones
    login_from(&front, a, &ada.email, &ada.password)
        .await
        .is_problem(429);
    login_from(&front, b, &ada.email, &ada.password)
        .await
        .is(200);
    login_from(&front, b, &ada.email, WRONG)
        .await
        .is_problem(401);
    login_from(&front, b, &ada.email, &ada.password)
        .await
        .is(200);

    let wait = wait_of(
        &login_from(&front, c, &ada.email, &ada.password)
            .await
            .is_problem(429),
    );
    assert!((1..=900).contains(&wait), "{wait}");
    let folded = app.events().await;
    let limited = folded
        .iter()
        .filter(|event| *event == "auth.failure denied rate_limited");
    assert_eq!(limited.count(), 1, "a flood is one line");
    app.clock().advance(wait - 1);
    login_from(&front, c, &ada.email, &ada.password)
        .await
        .is_problem(429);
    app.clock().advance(1);
    login_from(&front, c, &ada.email, &ada.password)
        .await
        .is(200);
}

#[both_stores]
async fn auth_07_parallel_guesses_on_two_instances_are_ten_in_total(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let hashes = |of: &Instance| of.services().password_hashes();
    let before = hashes(&app) + hashes(&other);
    let guesses = (0..64).map(|number| {
        let at = if number % 2 == 0 { &*app } else { &other };
        login(at, &ada.email, WRONG).send()
    });
    let answers = join_all(guesses).await;
    let many = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((many(401), many(429)), (10, 54));
    assert_eq!(hashes(&app) + hashes(&other) - before, 10);

    // the counter is not the process's
    let restarted = app.another_instance().await;
    login(&restarted, &ada.email, WRONG)
        .send()
        .await
        .is_problem(429);
    login(&restarted, &ada.email, &ada.password)
        .send()
        .await
        .is_problem(429);
    assert_eq!(hashes(&restarted), 0);
}

#[both_stores]
async fn auth_07_spraying_meets_the_address_and_locks_nobody(app: TestApp) {
    let front = app
        .instance_with(|services, http| {
            services.logins_per_address = Settings::default().logins_per_address;
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
    assert_eq!(
        front.services().settings().logins_per_address,
        AttemptLimit {
            tries: 30,
            seconds: 60
        }
    );
    let people = [app.owner().await, app.owner().await, app.owner().await];

    let mut counts = (0, 0);
    for batch in 0..20 {
        let guesses = (0..50).map(|number| {
            let known = people.get(number).filter(|_| batch == 0);
            let unknown = format!("sprayed-{batch}-{number}@x.test");
            let email = known.map_or(unknown, |person| person.email.clone());
            let front = &front;
            async move { login_from(front, "198.51.100.9", &email, WRONG).await }
        });
        for answer in join_all(guesses).await {
            counts.0 += usize::from(answer.status == 401);
            counts.1 += usize::from(answer.status == 429);
        }
    }
    assert_eq!(counts, (30, 970));
    for person in &people {
        login_from(&front, "198.51.100.10", &person.email, &person.password)
            .await
            .is(200);
    }
    app.clock().advance(60);
    login_from(
        &front,
        "198.51.100.9",
        &people[0].email,
        &people[0].password,
    )
    .await
    .is(200);
}
