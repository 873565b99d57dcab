//! FLD-05: where nothing can be counted, nothing is tried.

use super::doors::DOORS;
use super::ground::{Ground, from, post, two};
use futures_util::future::join_all;
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn fld_05_without_counters_every_door_is_closed(app: TestApp) {
    let ground = Ground::of(&app).await;
    let [front, _] = two(&app, |_| ()).await;
    let ada = &ground.ada;
    let good = json!({ "email": ada.email, "password": ada.password });
    let login = || post(&front, "/v1/auth/token", &good);
    let unlock = || ground.unlock(&front, "the right passphrase");
    ada.at(&front).get("/v1/auth/me").await.is(200);
    let sessions = app.count("sessions").await;
    let hashes = front.services().password_hashes();
    let held = app.test_store().hold("attempts").await;
    let mut asked = vec![("a login with the password", login())];
    asked.push(("a read with the passphrase", unlock()));
    for door in &DOORS {
        asked.push((door.name, (door.ask)(&ground, &front)));
    }
    // all at once: each waits for the store as long as that one is waited for
    let asked = asked.into_iter().map(|(name, request)| async move {
        let answer = from(request, "198.51.100.1").send().await;
        assert_eq!(answer.status, 503, "{name}: {}", answer.text());
        let answer = answer.is_problem(503);
        let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!(wait >= 1, "{name}");
    });
    join_all(asked).await;
    assert_eq!(front.services().password_hashes(), hashes);
    if app.kind() == StoreKind::Postgres {
        // the counters alone are away: who is in already reads on
        ada.at(&front).get("/v1/auth/me").await.is(200);
    }
    drop(held);
    assert_eq!(app.count("sessions").await, sessions);
    login().send().await.is(200);
    unlock().send().await.is(200);
}
