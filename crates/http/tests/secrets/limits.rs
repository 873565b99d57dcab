//! Contract 4.6: a plan's limits are exact. Whoever signs up second is on the free plan.

use crate::place::{Place, statuses};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};

const VAULTS: i64 = 3;
const SECRETS: usize = 50;

/// The platform's owner, who came first, and somebody on the free plan.
async fn second(app: &TestApp) -> (Person, Person) {
    (app.owner().await, app.owner().await)
}

async fn usage_equals_rows(app: &TestApp, vaults: i64, secrets: i64) {
    let usage = "SELECT CAST(vaults AS TEXT) || ' ' || CAST(secrets AS TEXT) AS text FROM org_usage \
        WHERE vaults > 0";
    assert_eq!(app.rows(usage).await, [format!("{vaults} {secrets}")]);
    assert_eq!(app.count("vaults").await, vaults);
    assert_eq!(app.count("secrets WHERE deleted_at IS NULL").await, secrets);
}

fn is_over(answer: Answer, detail: &str) {
    let answer = answer.is_problem(403);
    assert_eq!(answer.str("/type"), "resource_limit_exceeded");
    assert_eq!(answer.str("/title"), "Resource Limit Exceeded");
    assert_eq!(answer.str("/detail"), detail);
}

#[both_stores]
async fn cnt_05_of_parallel_vaults_one_below_the_limit_exactly_one_is_made(app: TestApp) {
    let (_, bob) = second(&app).await;
    let other = bob.at(&app.another_instance().await);
    for name in ["one", "two"] {
        bob.vault(name).await;
    }
    let makers = (0..12).map(|n| {
        let who = if n % 2 == 0 { &bob } else { &other };
        who.post("/v1/vaults", json!({ "name": "three" }))
    });
    let answers = join_all(makers).await;
    let mut expected = vec![201];
    expected.extend([403; 11]);
    assert_eq!(statuses(&answers), expected);
    let text = "Vault limit reached (3/3 on free tier). Upgrade your plan for more.";
    for answer in answers.into_iter().filter(|answer| answer.status == 403) {
        is_over(answer, text);
    }
    usage_equals_rows(&app, VAULTS, 0).await;
    assert_eq!(app.last_event().await, "vault.create denied limit_reached");
}

#[both_stores]
async fn cnt_05_parallel_vaults_and_deletes_keep_the_count_exact(app: TestApp) {
    let (_, bob) = second(&app).await;
    let other = bob.at(&app.another_instance().await);
    for round in 0..5 {
        while app.count("vaults").await < VAULTS {
            bob.vault("v").await;
        }
        let listed = bob.get("/v1/vaults").await.is(200).get("/vaults");
        let target = |vault: &Value| format!("/v1/vaults/{}", vault["id"].as_str().unwrap());
        let full: Vec<_> = listed.as_array().unwrap().iter().map(target).collect();
        let removals = join_all(full.iter().take(2).map(|target| bob.delete(target)));
        let makers = join_all((0..6).map(|_| other.post("/v1/vaults", json!({ "name": "w" }))));
        let (deleted, made) = tokio::join!(removals, makers);
        assert_eq!(statuses(&deleted), [204, 204], "round {round}");
        let new = made.iter().filter(|answer| answer.status == 201).count();
        assert!(new <= 2, "round {round}: {new}");
        usage_equals_rows(&app, 1 + i64::try_from(new).unwrap(), 0).await;
    }
}

#[both_stores]
async fn cnt_05_of_parallel_secrets_one_below_the_limit_exactly_one_is_kept(app: TestApp) {
    let (_, bob) = second(&app).await;
    let other = bob.at(&app.another_instance().await);
    let (left, right) = (bob.vault("left").await, bob.vault("right").await);
    for n in 1..SECRETS {
        bob.keep(&left, &format!("s/{n}"), "v").await;
    }
    let places: Vec<_> = (0..12)
        .map(|n| Place::new(if n % 3 == 0 { &left } else { &right }, &format!("new/{n}")))
        .collect();
    let keepers = places.iter().enumerate().map(|(n, at)| {
        let who = if n % 2 == 0 { &bob } else { &other };
        at.put(who, "v", json!({}))
    });
    let answers = join_all(keepers).await;
    let mut expected = vec![201];
    expected.extend([403; 11]);
    assert_eq!(statuses(&answers), expected);
    let text = "Secret limit reached (50/50 on free tier). Upgrade your plan for more.";
    for (answer, at) in answers.into_iter().zip(&places) {
        if answer.status == 403 {
            is_over(answer, text);
            bob.get(&at.secret()).await.is_problem(404);
        }
    }
    usage_equals_rows(&app, 2, 50).await;
    assert_eq!(app.count("secret_versions").await, 50);
}

#[both_stores]
async fn cnt_05_only_live_paths_count_and_new_versions_are_always_taken(app: TestApp) {
    let (_, bob) = second(&app).await;
    let vault = bob.vault("v").await;
    for n in 0..SECRETS {
        bob.keep(&vault, &format!("s/{n}"), "v").await;
    }
    let (full, more) = (Place::new(&vault, "s/0"), Place::new(&vault, "more"));
    is_over(
        more.put(&bob, "v", json!({})).await,
        "Secret limit reached (50/50 on free tier). Upgrade your plan for more.",
    );
    full.put(&bob, "v2", json!({})).await.is(201);
    bob.post_empty(&full.rotate()).await.is(201);
    bob.delete(&full.secret()).await.is(204);
    more.put(&bob, "v", json!({})).await.is(201);
    let revival = full.put(&bob, "v3", json!({})).await.is_problem(403);
    assert_eq!(revival.str("/type"), "resource_limit_exceeded");
    bob.get(&full.secret()).await.is_problem(410);
    usage_equals_rows(&app, 1, 50).await;

    bob.delete(&format!("/v1/vaults/{vault}")).await.is(204);
    let vault = bob.vault("v").await;
    bob.keep(&vault, "first", "v").await;
    usage_equals_rows(&app, 1, 1).await;
}

#[both_stores]
async fn the_platforms_own_organization_has_no_limits(app: TestApp) {
    let ada = app.owner().await;
    for _ in 0..=VAULTS {
        ada.vault("v").await;
    }
    let vault = ada.vault("v").await;
    for n in 0..=SECRETS {
        ada.keep(&vault, &format!("s/{n}"), "v").await;
    }
}
