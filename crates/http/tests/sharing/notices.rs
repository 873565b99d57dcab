//! Who shares is told that it was read.

use crate::steps::{Scene, VALUE, at, open, prove, to_user, with};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

/// A scene whose owner's address is proved: others get no notices.
async fn proved(app: &TestApp) -> Scene {
    let scene = Scene::of(app).await;
    prove(app, &scene.ada, true).await;
    scene
}

/// The notices in the outbox.
async fn notices(app: &TestApp) -> usize {
    let outbox = app.outbox().await;
    let notice = |mail: &&String| mail.starts_with("shared_secret_read");
    outbox.iter().filter(notice).count()
}

#[both_stores]
async fn a_maker_is_told_of_a_read_by_mail(app: TestApp) {
    let scene = proved(&app).await;
    let share = scene.link(json!({})).await;
    open(&app, &share).await.is(200);
    let event = app.audit().await.pop().unwrap();
    assert_eq!(
        (&event["action"], &event["actor_type"]),
        (&json!("share.notify"), &json!("system"))
    );
    assert_eq!(event["resource_id"], json!(share));
    let mails = app.mail_to(&scene.ada.email).await;
    let is_notice = |mail: &&oneclaw_testkit::Received| mail.text().contains("db/password");
    let mail = mails.iter().find(is_notice).unwrap();
    for form in [mail.text(), mail.html()] {
        assert!(
            form.contains("db/password") && form.contains("127.0.0.1"),
            "{form}"
        );
        assert!(!form.contains(VALUE) && !form.contains(&share), "{form}");
    }
}

#[both_stores]
async fn shr_12_a_link_that_is_read_a_thousand_times_is_one_mail_in_ten_minutes(app: TestApp) {
    let scene = proved(&app).await;
    let other = app.another_instance().await;
    let share = scene.link(json!({})).await;
    let second = scene.link(json!({})).await;
    for n in 0..100 {
        let instance = if n % 2 == 0 { &*app } else { &other };
        open(instance, &share).await.is(200);
    }
    assert_eq!(notices(&app).await, 1);
    open(&app, &second).await.is(200);
    assert_eq!(notices(&app).await, 2, "each share by itself");
    app.clock().advance(599);
    open(&app, &share).await.is(200);
    assert_eq!(notices(&app).await, 2);
    app.clock().advance(1);
    open(&other, &share).await.is(200);
    assert_eq!(notices(&app).await, 3);
}

#[both_stores]
async fn a_maker_who_does_not_wish_it_is_not_told(app: TestApp) {
    let scene = proved(&app).await;
    let share = scene.link(json!({ "notify": false })).await;
    open(&app, &share).await.is(200);
    // neither of what they read themselves
    let own = scene.share(to_user(&scene.ada)).await;
    scene.ada.get(&at(&own)).await.is(200);
    // nor of a look or a refusal
    let guarded = scene.link(json!({ "passphrase": "open sesame now" })).await;
    open(&app, &guarded).await.is_problem(403);
    assert_eq!(notices(&app).await, 0);
}

#[both_stores]
async fn the_person_behind_an_agent_is_told_of_what_it_shares(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("admin").await;
    prove(&app, &bob, true).await;
    let agent = bob.new_agent(json!({ "name": "builder" })).await;
    scene
        .ada
        .grant(&scene.vault, &agent, "db/*", &["read"])
        .await;
    let share = scene
        .shared_by(&agent, with("anyone_with_link", json!({})))
        .await;
    open(&app, &share).await.is(200);
    assert!(
        app.mail_to(&bob.email)
            .await
            .iter()
            .any(|mail| mail.text().contains("db/password"))
    );
    let creator = scene.shared_by(&agent, with("creator", json!({}))).await;
    bob.get(&at(&creator)).await.is(200);
    assert_eq!(
        notices(&app).await,
        1,
        "they know what they read themselves"
    );
}

#[both_stores]
async fn shr_12_an_address_that_nobody_proved_gets_no_notice(app: TestApp) {
    let scene = Scene::of(&app).await;
    prove(&app, &scene.ada, false).await;
    let share = scene.link(json!({})).await;
    open(&app, &share).await.is(200);
    assert_eq!(notices(&app).await, 0);
    // nor did that count as one
    prove(&app, &scene.ada, true).await;
    open(&app, &share).await.is(200);
    assert_eq!(notices(&app).await, 1);
}

#[both_stores]
async fn a_notice_that_cannot_be_written_takes_no_value_back(app: TestApp) {
    let scene = proved(&app).await;
    let share = scene.link(json!({})).await;
    app.tamper("ALTER TABLE mail_outbox RENAME TO mail_outbox_away")
        .await;
    let read = open(&app, &share).await.is(200);
    assert_eq!(read.str("/value"), VALUE);
    app.tamper("ALTER TABLE mail_outbox_away RENAME TO mail_outbox")
        .await;
    assert_eq!(scene.count(&share).await, 1);
    assert_eq!(notices(&app).await, 0);
    // what was not written was not told either
    open(&app, &share).await.is(200);
    assert_eq!(notices(&app).await, 1);
}

#[both_stores]
async fn shr_12_names_in_the_mail_of_a_share_are_names(app: TestApp) {
    let scene = Scene::of(&app).await;
    let evil = "Click https://evil.test/login <a href=\"x\">now</a> and read on and on and on, and on again";
    let name = json!({ "display_name": evil });
    scene.ada.patch("/v1/auth/me", name).await.is(200);
    scene
        .share(json!({ "recipient_type": "external_email", "email": "bob@x.test" }))
        .await;
    let mails = app.mail_to("bob@x.test").await;
    assert_eq!(mails.len(), 1);
    for form in [mails[0].text(), mails[0].html()] {
        assert!(!form.contains("https://evil.test"), "{form}");
        assert!(!form.contains("on again"), "{form}");
    }
    // what is markup in one form is text in the other
    assert!(!mails[0].html().contains("<a href=\"x\""));
    let subject = mails[0].header("subject").unwrap();
    assert!(subject.chars().count() < 120, "{subject}");
}
