//! Shares for an address that somebody proves, and shares that are read from some addresses only.

use crate::steps::{
    Scene, VALUE, at, behind_a_proxy, event_of, item, leave, open_from, prove, to_email, to_user,
    with,
};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn shr_06_an_email_share_is_for_who_proved_the_address(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = app.owner().await;
    prove(&app, &bob, false).await;
    // in another spelling of the same address
    let share = scene
        .share(to_email(&format!(" {} ", bob.email.to_uppercase())))
        .await;
    assert_eq!(
        scene.item(&share).await["recipient_email"],
        json!(bob.email)
    );
    let answers = [("accept", 404), ("decline", 404)];
    for (verb, status) in answers {
        let target = format!("/v1/shares/{share}/{verb}");
        bob.post_empty(&target).await.is_problem(status);
    }
    assert_eq!(item(&bob, "inbound", &share).await, None);
    let refused = bob.get(&at(&share)).await.is_problem(403);
    for hidden in [VALUE, "db/password", "generic"] {
        assert!(!refused.text().contains(hidden));
    }
    assert_eq!(
        event_of(&app, &refused).await["details"]["reason"],
        "not_recipient"
    );
    app.get(&at(&share)).await.is_problem(401);
    prove(&app, &bob, true).await;
    let listed = item(&bob, "inbound", &share).await.unwrap();
    assert_eq!(listed["status"], "pending");
    assert_eq!(listed["is_accepted"], false);
    bob.post_empty(&format!("/v1/shares/{share}/accept"))
        .await
        .is(204);
    let read = bob.get(&at(&share)).await.is(200);
    assert_eq!(read.str("/value"), VALUE);
    let event = event_of(&app, &read).await;
    assert_eq!(
        event["org_id"],
        json!(crate::steps::bare(&scene.ada.org_id))
    );
    assert_eq!(event["actor_id"], json!(bob.user_id));
    // nobody else who has the mail
    let eve = app.owner().await;
    prove(&app, &eve, true).await;
    eve.get(&at(&share)).await.is_problem(403);
    // and not any more once the proof is of another address
    prove(&app, &bob, false).await;
    bob.get(&at(&share)).await.is_problem(403);
    assert_eq!(scene.count(&share).await, 1);
}

#[both_stores]
async fn shr_06_an_account_made_with_the_address_afterwards_gets_it_once_proved(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.share(to_email("later@x.test")).await;
    let late = app.owner().await;
    app.tamper(&format!(
        "UPDATE users SET email = 'later@x.test' WHERE email = '{}'",
        late.email
    ))
    .await;
    let late = oneclaw_testkit::Person {
        email: "later@x.test".to_owned(),
        ..late
    };
    prove(&app, &late, false).await;
    late.get(&at(&share)).await.is_problem(403);
    prove(&app, &late, true).await;
    late.get(&at(&share)).await.is(200);
}

#[both_stores]
async fn shr_06_the_mail_holds_the_link_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let made = scene
        .ada
        .share(&scene.secret, to_email("bob@x.test"))
        .await
        .is(201);
    let mails = app.mail_to("bob@x.test").await;
    assert_eq!(mails.len(), 1);
    for form in [mails[0].text(), mails[0].html()] {
        assert!(form.contains(&made.str("/share_url")), "{form}");
        for hidden in [
            VALUE,
            "db/password",
            &scene.vault,
            &scene.secret,
            &scene.ada.email,
        ] {
            assert!(!form.contains(hidden), "{form}");
        }
    }
    // opening it reads nothing
    let url = made.str("/share_url");
    let link = url.strip_prefix("http://127.0.0.1:8080").unwrap();
    app.get(link).await.is(200);
    assert_eq!(scene.count(&made.str("/id")).await, 0);
}

#[both_stores]
async fn mail_04_the_mail_of_a_share_that_was_taken_back_is_not_sent(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.share(to_email("bob@x.test")).await;
    scene.share(to_email("carol@x.test")).await;
    scene.ada.delete(&at(&share)).await.is(204);
    let expiring = with(
        "external_email",
        json!({ "email": "dave@x.test", "expires_in_hours": 1 }),
    );
    scene.share(expiring).await;
    app.clock().advance(3600);
    assert!(app.mail_to("bob@x.test").await.is_empty());
    assert!(app.mail_to("dave@x.test").await.is_empty());
    assert_eq!(app.mail_to("carol@x.test").await.len(), 1);
}

#[both_stores]
async fn mail_04_the_mail_of_a_share_is_not_sent_once_its_secret_is_gone(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.share(to_email("bob@x.test")).await;
    scene.ada.delete(&scene.at()).await.is(204);
    let other = scene.ada.vault("other").await;
    let make = async |vault: &str, email: &str| {
        let kept = scene.ada.keep(vault, "db/password", VALUE).await;
        let made = scene.ada.share(&kept.str("/id"), to_email(email)).await;
        made.is(201);
    };
    make(&other, "carol@x.test").await;
    make(&scene.vault, "dave@x.test").await;
    scene
        .ada
        .delete(&format!("/v1/vaults/{other}"))
        .await
        .is(204);
    for (email, mails) in [("bob@x.test", 0), ("carol@x.test", 0), ("dave@x.test", 1)] {
        assert_eq!(app.mail_to(email).await.len(), mails, "{email}");
    }
}

#[both_stores]
async fn mail_04_the_mail_of_a_share_is_not_sent_once_its_organization_is_gone(app: TestApp) {
    app.owner().await; // runs the installation, and stays
    let scene = Scene::of(&app).await;
    scene.share(to_email("bob@x.test")).await;
    leave(&scene.ada).send().await.is(204);
    assert!(app.mail_to("bob@x.test").await.is_empty());
    // and the account's own notice is
    assert!(!app.mail_to(&scene.ada.email).await.is_empty());
}

#[both_stores]
async fn shr_10_a_share_is_read_from_its_addresses_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let proxied = behind_a_proxy(&app).await;
    let body = json!({ "ip_allowlist": ["192.0.2.0/24", "2001:db8::/32"] });
    let share = scene.link(body).await;
    for (from, status) in [
        ("192.0.2.9", 200),
        ("::ffff:192.0.2.9", 200),
        ("2001:db8::7", 200),
        ("198.51.100.1", 403),
        ("2001:db9::7", 403),
        // who goes through more proxies than ours is where the last of them says
        ("192.0.2.9, 198.51.100.1", 403),
    ] {
        let answer = open_from(&proxied, &share, from).await.is(status);
        assert_eq!(answer.text().contains(VALUE), status == 200, "{from}");
        if status == 403 {
            assert_eq!(answer.str("/type"), "ip_denied");
            assert_eq!(
                event_of(&app, &answer).await["details"]["reason"],
                "ip_denied"
            );
        }
    }
    // the peer alone, where no proxy is believed
    let direct = app
        .request("GET", &at(&share))
        .header("x-forwarded-for", "192.0.2.9");
    direct.send().await.is_problem(403);
    assert_eq!(scene.count(&share).await, 3);
}

#[both_stores]
async fn shr_10_the_organizations_rules_do_not_bind_readers(app: TestApp) {
    let scene = Scene::of(&app).await;
    let proxied = behind_a_proxy(&app).await;
    let bob = scene.ada.member("member").await.at(&proxied);
    let (link, named) = (
        scene.link(json!({})).await,
        scene.share(to_user(&bob)).await,
    );
    for cidr in ["127.0.0.0/8", "10.0.0.0/8"] {
        let rule = json!({ "rule_type": "allow", "cidr": cidr });
        scene.ada.post("/v1/security/ip-rules", rule).await.is(201);
    }
    let from = "198.51.100.1";
    let request = bob
        .request("GET", "/v1/vaults")
        .header("x-forwarded-for", from);
    request.send().await.is_problem(403);
    open_from(&proxied, &link, from).await.is(200);
    let request = bob
        .request("GET", &at(&named))
        .header("x-forwarded-for", from);
    assert_eq!(request.send().await.is(200).str("/value"), VALUE);
}

#[both_stores]
async fn shr_10_a_makers_right_that_holds_at_some_addresses_binds_the_share(app: TestApp) {
    let scene = Scene::of(&app).await;
    let proxied = behind_a_proxy(&app).await;
    let bob = scene.ada.member("member").await.at(&proxied);
    let conditions = json!({ "conditions": { "ip_allowlist": ["192.0.2.0/24"] }, "secret_path_pattern": "db/*" });
    scene
        .ada
        .ask_policy(&scene.vault, &bob, &conditions)
        .await
        .is(201);
    let target = format!("/v1/secrets/{}/share", scene.secret);
    let body = with("anyone_with_link", json!({}));
    let make = |from: &str| {
        let request = bob.request("POST", &target).json(&body);
        request.header("x-forwarded-for", from)
    };
    make("198.51.100.1").send().await.is_problem(403);
    let share = make("192.0.2.5").send().await.is(201).str("/id");
    open_from(&proxied, &share, "192.0.2.77").await.is(200);
    let gone = open_from(&proxied, &share, "198.51.100.1")
        .await
        .is_problem(410);
    assert_eq!(gone.str("/code"), "share_withdrawn");
    assert_eq!(gone.get("/value"), Value::Null);
}
