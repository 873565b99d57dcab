//! How shares end.

use crate::steps::{DAY, Scene, VALUE, at, event_of, open, to_user, with};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

fn ended(answer: Answer, code: &str) {
    let answer = answer.is_problem(410);
    assert_eq!(answer.str("/code"), code, "{}", answer.text());
    for hidden in [VALUE, "db/password"] {
        assert!(!answer.text().contains(hidden), "{}", answer.text());
    }
}

#[both_stores]
async fn shr_09_a_share_is_over_at_the_very_second(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let (link, named) = (
        scene.link(json!({})).await,
        scene.share(to_user(&bob)).await,
    );
    app.clock().advance(DAY - 1);
    open(&app, &link).await.is(200);
    // long enough for the login to have ended
    let again = json!({ "email": bob.email, "password": bob.password });
    let token = app
        .post("/v1/auth/token", again)
        .await
        .is(200)
        .str("/access_token");
    let bob = bob.with(&token);
    bob.get(&at(&named)).await.is(200);
    app.clock().advance(1);
    let answer = open(&app, &link).await;
    assert_eq!(
        event_of(&app, &answer).await["details"]["reason"],
        "share_expired"
    );
    ended(answer, "share_expired");
    ended(bob.get(&at(&named)).await, "share_expired");
    let gone = bob.post_empty(&format!("/v1/shares/{named}/accept")).await;
    ended(gone, "share_expired");
    let ada = json!({ "email": scene.ada.email, "password": scene.ada.password });
    let token = app
        .post("/v1/auth/token", ada)
        .await
        .is(200)
        .str("/access_token");
    let item = crate::steps::item(&scene.ada.with(&token), "outbound", &link)
        .await
        .unwrap();
    assert_eq!(
        (item["status"].as_str(), item["is_expired"].as_bool()),
        (Some("expired"), Some(true))
    );
}

#[both_stores]
async fn shr_09_a_share_dies_with_its_secret_and_stays_dead(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let (link, named) = (
        scene.link(json!({})).await,
        scene.share(to_user(&bob)).await,
    );
    let off = format!(
        "/v1/vaults/{}/secret-version-disable/db/password/1",
        scene.vault
    );
    scene.ada.post_empty(&off).await.is(204);
    ended(open(&app, &link).await, "share_secret_gone");
    scene.ada.keep(&scene.vault, "db/password", VALUE).await;
    open(&app, &link).await.is(200);
    scene.ada.delete(&scene.at()).await.is(204);
    for answer in [open(&app, &link).await, bob.get(&at(&named)).await] {
        assert!([404, 410].contains(&answer.status), "{}", answer.status);
        assert!(!answer.text().contains(VALUE));
    }
    let refused = scene
        .ada
        .share(&scene.secret, with("anyone_with_link", json!({})))
        .await;
    refused.is_problem(410);
    // the same id is of the same path when that lives again
    let again = scene
        .ada
        .keep(&scene.vault, "db/password", "another one")
        .await;
    assert_eq!(again.str("/id"), scene.secret);
    for answer in [open(&app, &link).await, bob.get(&at(&named)).await] {
        assert!([404, 410].contains(&answer.status), "{}", answer.status);
    }
    let list = scene.ada.get("/v1/shares/outbound").await.is(200);
    assert_eq!(list.get("/shares"), json!([]));
    let fresh = scene.link(json!({})).await;
    open(&app, &fresh).await.is(200);
}

#[both_stores]
async fn a_share_dies_with_its_vault_and_with_an_expired_secret(app: TestApp) {
    let scene = Scene::of(&app).await;
    let link = scene.link(json!({})).await;
    let end = scene.item(&link).await["created_at"].clone();
    let over = json!({ "value": VALUE, "expires_at": end });
    scene.ada.put(&scene.at(), over).await.is(201);
    ended(open(&app, &link).await, "share_secret_gone");
    scene.ada.keep(&scene.vault, "db/password", VALUE).await;
    open(&app, &link).await.is(200);
    scene
        .ada
        .delete(&format!("/v1/vaults/{}", scene.vault))
        .await
        .is(204);
    let answer = open(&app, &link).await;
    assert!([404, 410].contains(&answer.status), "{}", answer.status);
    assert!(!answer.text().contains(VALUE));
}

#[both_stores]
async fn shr_11_ten_03_only_its_maker_and_managers_end_a_share(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (bob, carol, dan) = (
        scene.member_with(&["read"]).await,
        scene.ada.member("member").await,
        scene.ada.member("admin").await,
    );
    let (eve, agent) = (
        app.owner().await,
        scene.ada.new_agent(json!({ "name": "builder" })).await,
    );
    let share = scene.shared_by(&bob, to_user(&carol)).await;
    // neither the recipient nor anybody else of the house, nor from elsewhere
    for who in [&carol, &agent, &eve] {
        for target in [at(&share), format!("/v1/shares/{share}")] {
            let refused = who.delete(&target).await.is_problem(404);
            let event = event_of(&app, &refused).await;
            assert_eq!(event["action"], "share.revoke");
            assert_eq!(event["org_id"], json!(crate::steps::bare(&who.org_id)));
        }
    }
    let (scoped, _) = dan
        .api_key(json!({ "name": "s", "scopes": ["secrets:read"] }))
        .await;
    dan.with(&scoped).delete(&at(&share)).await.is_problem(403);
    carol.get(&at(&share)).await.is(200);
    for who in [&bob, &dan] {
        let share = scene.shared_by(&bob, to_user(&carol)).await;
        who.delete(&at(&share)).await.is(204);
        who.delete(&at(&share)).await.is_problem(404);
        carol.get(&at(&share)).await.is_problem(404);
        assert_eq!(crate::steps::item(&bob, "outbound", &share).await, None);
        assert_eq!(crate::steps::item(&carol, "inbound", &share).await, None);
    }
    bob.delete("/v1/share/malformed").await.is_problem(404);
}

#[both_stores]
async fn shr_11_an_open_page_finds_nothing_any_more(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    let share = scene.link(json!({})).await;
    let look = format!("{}/preview", at(&share));
    other.request("POST", &look).send().await.is(200);
    scene.ada.delete(&at(&share)).await.is(204);
    let answer = other
        .request("POST", &at(&share))
        .send()
        .await
        .is_problem(404);
    assert!(!answer.text().contains(VALUE));
    other.request("POST", &look).send().await.is_problem(404);
}

/// Somebody who may read, and shares by that right.
async fn sharer(scene: &Scene) -> (Person, String, String) {
    let bob = scene.ada.member("member").await;
    let policy = scene.ada.grant(&scene.vault, &bob, "db/*", &["read"]).await;
    let share = scene
        .shared_by(&bob, with("anyone_with_link", json!({})))
        .await;
    (bob, policy, share)
}

#[both_stores]
async fn shr_07_a_share_is_never_stronger_than_its_makers_right(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    // the policy goes
    let (_, policy, share) = sharer(&scene).await;
    open(&other, &share).await.is(200);
    let target = format!("/v1/vaults/{}/policies/{policy}", scene.vault);
    scene.ada.delete(&target).await.is(204);
    ended(open(&other, &share).await, "share_withdrawn");
    ended(
        other
            .request("POST", &format!("{}/preview", at(&share)))
            .send()
            .await,
        "share_withdrawn",
    );
    // it is narrowed
    let (_, policy, share) = sharer(&scene).await;
    open(&other, &share).await.is(200);
    let target = format!("/v1/vaults/{}/policies/{policy}", scene.vault);
    let write = json!({ "permissions": ["write"] });
    scene.ada.put(&target, write).await.is(200);
    ended(open(&other, &share).await, "share_withdrawn");
    let read = json!({ "permissions": ["read"] });
    scene.ada.put(&target, read).await.is(200);
    open(&other, &share).await.is(200);
    // a manager becomes a member
    let carol = scene.ada.member("admin").await;
    let share = scene
        .shared_by(&carol, with("anyone_with_link", json!({})))
        .await;
    open(&other, &share).await.is(200);
    let member = format!("/v1/org/members/{}", carol.user_id);
    scene
        .ada
        .patch(&member, json!({ "role": "member" }))
        .await
        .is(200);
    ended(open(&other, &share).await, "share_withdrawn");
}

#[both_stores]
async fn shr_07_a_policy_that_runs_out_ends_what_was_shared_by_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let first = scene.link(json!({ "expires_in_hours": 1 })).await;
    let end = scene.item(&first).await["expires_at"].clone();
    let more = json!({ "secret_path_pattern": "db/*", "expires_at": end });
    scene
        .ada
        .ask_policy(&scene.vault, &bob, &more)
        .await
        .is(201);
    let share = scene
        .shared_by(&bob, with("anyone_with_link", json!({})))
        .await;
    app.clock().advance(3599);
    open(&app, &share).await.is(200);
    app.clock().advance(1);
    ended(open(&app, &share).await, "share_withdrawn");
}
