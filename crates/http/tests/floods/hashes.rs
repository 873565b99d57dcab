//! FLD-01: so many hashes at once, so many waiting, and no more; shares starve no logins.

use super::ground::{Ground, WRONG, post};
use futures_util::future::join_all;
use oneclaw_services::PasswordPolicyParams;
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::json;

/// Long enough to be in the way of others.
const SLOW: PasswordPolicyParams = PasswordPolicyParams {
    memory_kib: 8 * 1024,
    iterations: 2,
    parallelism: 1,
};

async fn login(at: &Instance, email: &str, password: &str) -> oneclaw_testkit::Answer {
    let body = json!({ "email": email, "password": password });
    post(at, "/v1/auth/token", &body).send().await
}

#[both_stores]
async fn fld_01_logins_beyond_the_queue_are_turned_away(app: TestApp) {
    let ground = Ground::of(&app).await;
    let front = app
        .instance_with(|services, _| {
            services.password_params = SLOW;
            services.password_workers = 1;
            services.password_queue = 2;
        })
        .await;
    let strangers: Vec<String> = (0..100).map(|n| format!("nobody{n}@x.test")).collect();
    let answers = join_all(strangers.iter().map(|email| login(&front, email, WRONG))).await;
    let mut turned = 0;
    for answer in answers {
        match answer.status {
            401 => {}
            503 => {
                turned += 1;
                let answer = answer.is_problem(503);
                let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!(wait >= 1);
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!(
        turned > 0,
        "a hundred logins found a place in a queue of three"
    );
    assert!(front.services().password_hashes() <= 100 - turned);
    // the flood is over when it is over
    login(&front, &ground.ada.email, &ground.ada.password)
        .await
        .is(200);
}

#[both_stores]
async fn fld_01_passphrases_starve_no_logins(app: TestApp) {
    let ground = Ground::of(&app).await;
    let front = app
        .instance_with(|services, _| {
            services.password_params = SLOW;
            services.password_workers = 1;
            // a login that met a passphrase in its queue would be turned away
            services.password_queue = 0;
            services.passphrase_workers = 1;
            services.passphrase_queue = 2;
            services.failed_passphrases.tries = 1_000;
            services.failed_passphrases_in_all.tries = 1_000;
        })
        .await;
    let ada = ground.ada.at(&front);
    let link = json!({ "recipient_type": "anyone_with_link", "passphrase": "slow to check" });
    let share = ada.share(&ground.secret_id, link).await.is(201);
    let target = format!("/v1/share/{}", share.str("/id"));
    let flood = join_all((0..100).map(|_| {
        let ask = front.request("GET", &target);
        ask.header("x-share-passphrase", "a wrong one").send()
    }));
    let logins = async {
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(login(&front, &ada.email, &ada.password).await.status);
        }
        seen
    };
    let (flood, logins) = futures_util::future::join(flood, logins).await;
    assert_eq!(logins, [200; 5]);
    let many = |status: u16| {
        flood
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert!(
        many(503) > 0,
        "a hundred passphrases found a place in a queue of three"
    );
    for answer in &flood {
        assert!(
            [401, 403, 503].contains(&answer.status),
            "{}",
            answer.text()
        );
    }
}
