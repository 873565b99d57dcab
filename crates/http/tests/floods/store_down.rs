//! FLD-05: where nothing can be counted, nothing is tried.

use super::doors::DOORS;
use super::ground::{Ground, from, post, two};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn fld_05_without_counters_every_door_is_closed(app: TestApp) {
    let ground = Ground::of(&app).await;
    let [front, _] = two(&app, |_| ()).await;
    let ada = &ground.ada;
    let good = json!({ "email": ada.email, "password": ada.password });
    let known = |body| post(&front, "/v1/auth/token", body);
    let (sessions, hashes) = (
        app.count("sessions").await,
        front.services().password_hashes(),
    );
    app.tamper("ALTER TABLE attempts RENAME TO attempts_gone")
        .await;
    for door in &DOORS {
        let answer = from((door.ask)(&ground, &front), "198.51.100.1")
            .send()
            .await;
        assert!(
            [500, 503].contains(&answer.status),
            "{}: {}",
            door.name,
            answer.text()
        );
    }
    let login = known(&good).send().await;
    assert!([500, 503].contains(&login.status), "{}", login.text());
    let unlock = ground.unlock(&front, "the right passphrase").send().await;
    assert!([500, 503].contains(&unlock.status), "{}", unlock.text());
    assert_eq!(app.count("sessions").await, sessions);
    assert_eq!(front.services().password_hashes(), hashes);
    // who is in already reads on
    ada.at(&front).get("/v1/auth/me").await.is(200);
    app.tamper("ALTER TABLE attempts_gone RENAME TO attempts")
        .await;
    known(&good).send().await.is(200);
    ground
        .unlock(&front, "the right passphrase")
        .send()
        .await
        .is(200);
}
