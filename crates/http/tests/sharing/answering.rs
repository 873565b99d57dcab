//! Taking shares and refusing them, and the lists of both sides.

use crate::steps::{Scene, at, event_of, item, to_agent, to_user, with};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn a_recipient_takes_a_share_or_refuses_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let agent = scene.ada.new_agent(json!({ "name": "builder" })).await;
    for (who, body) in [(&bob, to_user(&bob)), (&agent, to_agent(&agent))] {
        let share = scene.share(body).await;
        let target = |verb: &str| format!("/v1/shares/{share}/{verb}");
        assert_eq!(scene.item(&share).await["status"], "pending");
        for _ in 0..2 {
            let taken = who.post_empty(&target("accept")).await.is(204);
            assert!(taken.body.is_empty());
            let event = event_of(&app, &taken).await;
            assert_eq!(event["action"], "share.accept");
            assert_eq!(event["resource_id"], json!(share));
        }
        assert_eq!(scene.item(&share).await["status"], "active");
        assert_eq!(scene.item(&share).await["is_accepted"], true);
        for _ in 0..2 {
            who.post_empty(&target("decline")).await.is(204);
        }
        assert_eq!(app.last_event().await, "share.decline ok");
        let refused = who.post_empty(&target("accept")).await.is_problem(409);
        assert_eq!(
            event_of(&app, &refused).await["details"]["reason"],
            "conflict"
        );
        assert_eq!(scene.item(&share).await["status"], "declined");
        assert_eq!(scene.item(&share).await["is_accepted"], false);
        assert_eq!(item(who, "inbound", &share).await, None);
    }
}

#[both_stores]
async fn shr_05_nobody_else_answers_a_share(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (bob, carol) = (
        scene.ada.member("member").await,
        scene.ada.member("admin").await,
    );
    let eve = app.owner().await;
    let (share, link) = (
        scene.share(to_user(&bob)).await,
        scene.link(json!({})).await,
    );
    for verb in ["accept", "decline"] {
        for who in [&scene.ada, &carol, &eve] {
            let target = format!("/v1/shares/{share}/{verb}");
            let refused = who.post_empty(&target).await.is_problem(404);
            let event = event_of(&app, &refused).await;
            assert_eq!(event["org_id"], json!(crate::steps::bare(&who.org_id)));
        }
        // a link is nobody's to take
        for id in [
            link.as_str(),
            "malformed",
            "0b7a3c1e-5d2f-4a6b-8c9d-0123456789ab",
        ] {
            let target = format!("/v1/shares/{id}/{verb}");
            bob.post_empty(&target).await.is_problem(404);
        }
    }
    let none = app.request("POST", &format!("/v1/shares/{share}/accept"));
    none.send().await.is_problem(401);
    assert_eq!(scene.item(&share).await["status"], "pending");
    app.get(&at(&link)).await.is(200);
}

fn ids(list: &Value) -> Vec<String> {
    let shares = list["shares"].as_array().unwrap().iter();
    shares
        .map(|share| share["id"].as_str().unwrap().to_owned())
        .collect()
}

#[both_stores]
async fn ten_01_lists_show_each_side_its_own_newest_first(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.member_with(&["read"]).await;
    let eve = app.owner().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(scene.share(to_user(&bob)).await);
        app.clock().advance(1);
    }
    let by_bob = scene.shared_by(&bob, to_user(&scene.ada)).await;
    scene.link(json!({})).await;
    made.reverse();
    let inbound = bob.get("/v1/shares/inbound").await.is(200).json();
    assert_eq!(ids(&inbound), made);
    assert_eq!(
        ids(&bob.get("/v1/shares/outbound").await.is(200).json()),
        std::slice::from_ref(&by_bob)
    );
    assert_eq!(
        ids(&scene.ada.get("/v1/shares/inbound").await.is(200).json()),
        [by_bob]
    );
    assert_eq!(
        ids(&scene.ada.get("/v1/shares/outbound").await.is(200).json()).len(),
        6
    );
    for direction in ["inbound", "outbound"] {
        let list = eve.get(&format!("/v1/shares/{direction}")).await.is(200);
        assert_eq!(list.get("/shares"), json!([]));
    }
    page_by_page(&scene, [&bob, &eve], &made).await;
}

/// Walks the list that is for `bob`, and tries its places elsewhere.
async fn page_by_page(scene: &Scene, [bob, eve]: [&Person; 2], made: &[String]) {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bob
            .get(&format!("/v1/shares/inbound?limit=2{cursor}"))
            .await
            .is(200);
        seen.extend(ids(&page.json()));
        match page.get("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
    let page = bob.get("/v1/shares/inbound?limit=2").await.is(200);
    let next = page.str("/next_cursor");
    for target in [
        format!("/v1/shares/outbound?limit=2&cursor={next}"),
        "/v1/shares/inbound?cursor=x".to_owned(),
    ] {
        bob.get(&target).await.is_invalid("cursor");
    }
    scene
        .ada
        .get(&format!("/v1/shares/inbound?cursor={next}"))
        .await
        .is_invalid("cursor");
    eve.get(&format!("/v1/shares/inbound?cursor={next}"))
        .await
        .is_invalid("cursor");
    bob.get("/v1/shares/inbound?limit=0")
        .await
        .is_invalid("limit");
}

#[both_stores]
async fn a_scoped_key_without_secrets_has_nothing_to_do_with_shares(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (scoped, _) = scene
        .ada
        .api_key(json!({ "name": "v", "scopes": ["vaults:read"] }))
        .await;
    let scoped = scene.ada.with(&scoped);
    let share = scene.share(to_user(&scene.ada)).await;
    scoped.get("/v1/shares/outbound").await.is_problem(403);
    scoped.get("/v1/shares/inbound").await.is_problem(403);
    scoped
        .post_empty(&format!("/v1/shares/{share}/accept"))
        .await
        .is_problem(403);
    scoped.delete(&at(&share)).await.is_problem(403);
    scoped
        .share(&scene.secret, with("anyone_with_link", json!({})))
        .await
        .is_problem(403);
    assert_eq!(scene.item(&share).await["status"], "pending");
}
