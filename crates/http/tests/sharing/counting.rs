//! Counts of shares are exact.

use crate::steps::{Scene, VALUE, at, open, open_with, statuses, to_user};
use futures_util::future::join_all;
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// How many values were given out by shares, by the journal.
async fn values_recorded(app: &TestApp) -> usize {
    let events = app.audit().await;
    let given = |event: &&serde_json::Value| {
        event["action"] == "share.access"
            && event["outcome"] == "ok"
            && event["details"]["preview"].is_null()
    };
    events.iter().filter(given).count()
}

#[both_stores]
async fn cnt_01_parallel_readers_get_exactly_as_many_values_as_there_are(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    let mut recorded = 0;
    for most in [1_u16, 10] {
        let share = scene.link(json!({ "max_access_count": most })).await;
        let target = at(&share);
        let readers = (0..64).map(|n| {
            let instance = if n % 2 == 0 { &*app } else { &other };
            let method = if n % 3 == 0 { "POST" } else { "GET" };
            instance.request(method, &target).send()
        });
        let answers = join_all(readers).await;
        let given = usize::from(most);
        let mut expected = vec![200; given];
        expected.extend(vec![410; 64 - given]);
        assert_eq!(statuses(&answers), expected);
        for answer in answers.iter().filter(|answer| answer.status == 410) {
            assert!(!answer.text().contains(VALUE));
            assert_eq!(answer.str("/code"), "share_used_up");
        }
        recorded += given;
        assert_eq!(values_recorded(&app).await, recorded);
        let item = scene.item(&share).await;
        assert_eq!(item["access_count"], most);
        assert_eq!(item["status"], "exhausted");
    }
    // each counted as a read of the version, too
    let list = format!("/v1/vaults/{}/secret-versions/db/password", scene.vault);
    let versions = scene.ada.get(&list).await.is(200);
    assert_eq!(versions.get("/versions/0/access_count"), 11);
}

#[both_stores]
async fn cnt_02_readers_who_are_refused_count_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let guarded = scene
        .link(json!({ "max_access_count": 1, "passphrase": "open sesame now" }))
        .await;
    let mut body = to_user(&bob);
    body["max_access_count"] = json!(1);
    let named = scene.share(body).await;
    let elsewhere = scene
        .link(json!({ "max_access_count": 1, "ip_allowlist": ["192.0.2.1"] }))
        .await;
    open(&app, &guarded).await.is_problem(403);
    open_with(&app, &guarded, "open sesame then")
        .await
        .is_problem(403);
    app.request("HEAD", &at(&guarded)).send().await.is(405);
    open(&app, &named).await.is_problem(401);
    scene.ada.get(&at(&named)).await.is_problem(403);
    open(&app, &elsewhere).await.is_problem(403);
    for share in [&guarded, &named, &elsewhere] {
        assert_eq!(scene.count(share).await, 0);
    }
    assert_eq!(values_recorded(&app).await, 0);
    open_with(&app, &guarded, "open sesame now").await.is(200);
    bob.get(&at(&named)).await.is(200);
}

#[both_stores]
async fn cnt_02_without_a_journal_no_value_leaves_and_none_is_counted(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "max_access_count": 1 })).await;
    app.tamper("ALTER TABLE audit_events RENAME TO audit_events_away")
        .await;
    let answer = open(&app, &share).await.is_problem(503);
    assert!(!answer.text().contains(VALUE));
    app.tamper("ALTER TABLE audit_events_away RENAME TO audit_events")
        .await;
    assert_eq!(scene.count(&share).await, 0);
    assert_eq!(open(&app, &share).await.is(200).str("/value"), VALUE);
    open(&app, &share).await.is_problem(410);
}

#[both_stores]
async fn cnt_02_an_envelope_that_does_not_open_costs_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "max_access_count": 1 })).await;
    app.tamper("CREATE TABLE kept AS SELECT id, envelope FROM secret_versions")
        .await;
    let broken = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "x'00'",
        oneclaw_testkit::StoreKind::Postgres => "'\\x00'",
    };
    app.tamper(&format!("UPDATE secret_versions SET envelope = {broken}"))
        .await;
    let answer = open(&app, &share).await.is_problem(503);
    assert_eq!(answer.str("/code"), "integrity_error");
    app.tamper(
        "UPDATE secret_versions SET envelope = \
         (SELECT kept.envelope FROM kept WHERE kept.id = secret_versions.id)",
    )
    .await;
    assert_eq!(scene.count(&share).await, 0);
    open(&app, &share).await.is(200);
}

/// Sends a request for a value and goes away without waiting for the answer.
async fn hang_up(instance: &Instance, target: &str) {
    let mut stream = TcpStream::connect(instance.address()).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

#[both_stores]
async fn cnt_03_readers_who_hang_up_never_make_one_value_more(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "max_access_count": 20 })).await;
    let target = at(&share);
    join_all((0..12).map(|_| hang_up(&app, &target))).await;
    let mut values = 0;
    while open(&app, &share).await.status == 200 {
        values += 1;
        assert!(values <= 20, "more values than there are");
    }
    assert!(values >= 8, "a lost answer costs one at most: {values}");
    assert_eq!(scene.count(&share).await, 20);
    assert_eq!(values_recorded(&app).await, 20);
}

#[both_stores]
async fn cnt_04_a_secret_with_one_left_gives_one_value_by_whatever_road(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    for round in 0..10 {
        let last = json!({ "value": VALUE, "max_access_count": 1 });
        scene.ada.put(&scene.at(), last).await.is(201);
        let (one, two) = (
            scene.link(json!({ "max_access_count": 5 })).await,
            scene.link(json!({ "max_access_count": 1 })).await,
        );
        let owner = scene.ada.at(&other);
        let secret = scene.at();
        let (by_one, by_two, by_itself) =
            tokio::join!(open(&app, &one), open(&other, &two), owner.get(&secret));
        let answers = [by_one, by_two, by_itself];
        assert_eq!(statuses(&answers), [200, 410, 410], "round {round}");
        let (first, second) = (scene.count(&one).await, scene.count(&two).await);
        let by_shares = i64::from(answers[2].status != 200);
        assert_eq!(first + second, by_shares, "both counters or neither");
        let list = format!("/v1/vaults/{}/secret-versions/db/password", scene.vault);
        let versions = scene.ada.get(&list).await.is(200);
        assert_eq!(versions.get("/versions/0/access_count"), 1);
        for answer in [open(&app, &one).await, open(&app, &two).await] {
            let code = answer.is_problem(410).str("/code");
            assert!(
                ["share_secret_gone", "share_used_up"].contains(&code.as_str()),
                "{code}"
            );
        }
        scene.ada.delete(&at(&one)).await.is(204);
        scene.ada.delete(&at(&two)).await.is(204);
    }
}

#[both_stores]
async fn cnt_06_a_share_is_read_or_taken_back_and_never_both(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    for round in 0..100 {
        let share = scene.link(json!({ "max_access_count": 1 })).await;
        let target = at(&share);
        let (taken_back, read) = if round % 2 == 0 {
            tokio::join!(scene.ada.delete(&target), open(&other, &share))
        } else {
            let (read, back) = tokio::join!(open(&other, &share), scene.ada.delete(&target));
            (back, read)
        };
        assert_eq!(taken_back.status, 204, "round {round}");
        assert!(
            [200, 404].contains(&read.status),
            "round {round}: {}",
            read.text()
        );
        assert_eq!(read.text().contains(VALUE), read.status == 200);
        // whoever came first, it is gone for the next
        open(&other, &share).await.is_problem(404);
    }
}

#[both_stores]
async fn cnt_06_a_share_is_accepted_or_declined(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let elsewhere = bob.at(&app.another_instance().await);
    for round in 0..100 {
        let share = scene.share(to_user(&bob)).await;
        let (accept, decline) = (
            format!("/v1/shares/{share}/accept"),
            format!("/v1/shares/{share}/decline"),
        );
        let (accepted, declined) = if round % 2 == 0 {
            tokio::join!(bob.post_empty(&accept), elsewhere.post_empty(&decline))
        } else {
            let (declined, accepted) =
                tokio::join!(elsewhere.post_empty(&decline), bob.post_empty(&accept));
            (accepted, declined)
        };
        // to refuse is the last word, whenever it is said
        assert_eq!(declined.status, 204, "round {round}");
        assert!([204, 409].contains(&accepted.status), "round {round}");
        let item = scene.item(&share).await;
        assert_eq!(item["status"], "declined");
        assert_eq!(item["is_accepted"], false);
        bob.get(&at(&share)).await.is_problem(404);
        bob.post_empty(&accept).await;
        assert_eq!(scene.item(&share).await["status"], "declined");
    }
}

#[both_stores]
async fn cnt_06_a_refused_share_gives_no_value_and_a_read_one_had_one(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let elsewhere = bob.at(&app.another_instance().await);
    for round in 0..50 {
        let share = scene.share(to_user(&bob)).await;
        let target = at(&share);
        let decline = format!("/v1/shares/{share}/decline");
        let (read, declined) = tokio::join!(bob.get(&target), elsewhere.post_empty(&decline));
        assert_eq!(declined.status, 204, "round {round}");
        assert!(
            [200, 404].contains(&read.status),
            "round {round}: {}",
            read.text()
        );
        let count = scene.count(&share).await;
        assert_eq!(count, i64::from(read.status == 200), "round {round}");
        bob.get(&target).await.is_problem(404);
    }
}
