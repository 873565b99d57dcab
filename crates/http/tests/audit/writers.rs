//! AUD-04: many writers on several instances make one chain, also for who looks meanwhile.

use super::steps::{holds, literal, verified};
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn aud_04_many_writers_on_four_instances_make_one_chain(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "a", "kept").await.is(201);
    let mut at = vec![ada.clone()];
    for _ in 0..3 {
        at.push(ada.at(&app.another_instance().await));
    }
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (who, vault) = (at[n % 4].clone(), vault.clone());
        writers.spawn(async move {
            if n % 3 == 0 {
                who.keep(&vault, &format!("w/{n}"), "kept").await.is(201);
            } else {
                who.read(&vault, "a").await.is(200);
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    for who in &at {
        holds(&verified(who).await);
    }
    let org = literal(&app, &ada.org_id);
    let doubles = format!(
        "SELECT CAST(chain_position AS TEXT) AS text FROM audit_events WHERE org_id = {org} GROUP BY chain_position HAVING count(*) > 1"
    );
    assert_eq!(app.rows(&doubles).await, Vec::<String>::new());
    let placeless = "SELECT action AS text FROM audit_events WHERE chain_position IS NULL";
    assert_eq!(app.rows(placeless).await, Vec::<String>::new());
}

#[both_stores]
async fn aud_04_who_verifies_while_eight_write_gets_no_false_alarm(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (who, vault) = (ada.clone(), vault.clone());
        writers.spawn(async move {
            for m in 0..12 {
                let path = format!("w/{n}/{m}");
                who.keep(&vault, &path, "kept").await.is(201);
            }
        });
    }
    let mut checks = 0;
    while !writers.is_empty() {
        holds(&verified(&ada).await);
        checks += 1;
        while let Some(done) = writers.try_join_next() {
            done.unwrap();
        }
    }
    assert!(checks > 1, "nobody wrote meanwhile");
}
