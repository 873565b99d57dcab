//! FLD-02: who comes too often is turned away before anything they sent is looked at.

use super::doors::{DOORS, narrow};
use super::ground::{Ground, address, from, two};
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores};
use serde_json::{Value, json};

/// What each body costs the store, beside the hashes.
fn trips(at: &Instance) -> (u64, u64) {
    let statistics = at.services().store_statistics();
    (statistics.read_round_trips, statistics.write_round_trips)
}

fn told(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[both_stores]
async fn fld_02_what_is_refused_is_neither_parsed_nor_hashed(app: TestApp) {
    let ground = Ground::of(&app).await;
    let [front, _] = two(&app, narrow).await;
    let mebibyte = "x".repeat(1024 * 1024);
    let good = json!({ "email": ground.ada.email, "password": ground.ada.password });
    let bodies = [
        good.to_string(),
        String::new(),
        mebibyte.clone(),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        json!({ "email": ground.ada.email, "password": mebibyte }).to_string(),
        json!({ "passphrase": "y".repeat(1024 * 1024) }).to_string(),
        "{\"email\":".to_owned(),
    ];
    let sessions = app.count("sessions").await;
    for (number, door) in DOORS.iter().enumerate() {
        let client = address(number);
        for _ in 0..4 {
            from((door.ask)(&ground, &front), &client).send().await;
        }
        let hashes = front.services().password_hashes();
        let mut seen: Option<(Value, (u64, u64))> = None;
        for body in &bodies {
            let before = trips(&front);
            let ask = from((door.ask)(&ground, &front), &client);
            let answer = ask
                .header("x-share-passphrase", "the right passphrase")
                .body(body.as_bytes())
                .send()
                .await;
            assert_eq!(answer.status, 429, "{}: {body:.40}", door.name);
            let after = trips(&front);
            let cost = (after.0 - before.0, after.1 - before.1);
            let now = (told(&answer), cost);
            let first = seen.get_or_insert_with(|| now.clone());
            assert_eq!(*first, now, "{}: {body:.40}", door.name);
        }
        assert_eq!(front.services().password_hashes(), hashes, "{}", door.name);
    }
    assert_eq!(app.count("sessions").await, sessions);
}
