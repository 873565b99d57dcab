//! Signing up where an account exists only once its address was proved.

use crate::steps::{
    NEW, PASSWORD, follow, login, me, rows, seen, sign_up, subjects, token, tokens, verifying,
};
use futures_util::future::join_all;
use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_services::SignupMode;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};
use std::sync::Arc;

#[both_stores]
async fn an_account_exists_once_its_own_link_was_followed(app: TestApp) {
    let at = verifying(&app).await;
    let asked = sign_up(&at, "Ada@X.test", PASSWORD).await.is(200);
    let body = asked.json();
    let mut members: Vec<_> = body.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["email", "message"]);
    assert_eq!(body["email"], "ada@x.test");
    assert_eq!(app.last_event().await, "user.signup ok");
    for table in ["users", "orgs", "sessions"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    login(&at, "ada@x.test", PASSWORD).await.is_problem(401);

    let link = token(&app, "ada@x.test", "verify-email").await;
    let proved = follow(&at, &link).await.is(200);
    assert_eq!(app.last_event().await, "user.verify_email ok");
    assert_eq!(proved.get("/mfa_required"), false);
    let me = me(&at, &proved.str("/access_token")).await;
    assert_eq!(me["email_verified"], true);
    assert_eq!(me["role"], "owner");
    assert_eq!(me["is_platform_admin"], true);
    login(&at, "ada@x.test", PASSWORD).await.is(200);
    let subjects = subjects(&app, "ada@x.test").await;
    assert_eq!(
        subjects,
        ["Confirm your e-mail address", "Welcome to oneclaw"]
    );
    assert_eq!(app.count("pending_signups").await, 0);
}

#[both_stores]
async fn auth_10_a_sign_up_tells_nothing_of_its_address(app: TestApp) {
    let at = verifying(&app).await;
    let limited = app
        .instance_with(|services, http| {
            services.require_email_verification = Some(true);
            services.signups.tries = 1;
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
    sign_up(&at, "verified@x.test", PASSWORD).await.is(200);
    let link = token(&app, "verified@x.test", "verify-email").await;
    follow(&at, &link).await.is(200);
    sign_up(&app, "unproved@x.test", PASSWORD).await.is(200);
    sign_up(&at, "pending@x.test", PASSWORD).await.is(200);
    let mut answers = Vec::new();
    for address in ["verified", "unproved", "pending", "new"] {
        let email = format!("{address}@x.test");
        let (hashes, events) = (
            at.services().password_hashes(),
            app.count("audit_events").await,
        );
        let answer = sign_up(&at, &email, NEW).await.is(200);
        assert_eq!(at.services().password_hashes(), hashes + 1, "{address}");
        assert_eq!(app.count("audit_events").await, events + 1, "{address}");
        let text = answer.text().replace(address, "somebody");
        let (status, mut headers, _) = seen(&answer);
        headers.retain(|(name, _)| name != "content-length");
        answers.push((status, headers, text));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    // the planted password is nobody's
    login(&at, "verified@x.test", NEW).await.is_problem(401);
    login(&at, "verified@x.test", PASSWORD).await.is(200);
    let mails = subjects(&app, "verified@x.test").await;
    assert!(
        mails.iter().any(|it| it == "You already have an account"),
        "{mails:?}"
    );
    let mails = subjects(&app, "unproved@x.test").await;
    assert!(
        mails.iter().any(|it| it == "Confirm your e-mail address"),
        "{mails:?}"
    );

    // too many for one address are as silent
    for number in 1..=3 {
        let body = json!({ "email": "often@x.test", "password": PASSWORD });
        let request = limited.request("POST", "/v1/auth/signup").json(&body);
        let from = format!("198.51.100.{number}");
        request
            .header("x-forwarded-for", &from)
            .send()
            .await
            .is(200);
    }
    assert_eq!(app.mail_to("often@x.test").await.len(), 1);
}

#[both_stores]
async fn auth_03_of_many_links_of_one_address_one_makes_the_account(app: TestApp) {
    let at = verifying(&app).await;
    let other = verifying(&app).await;
    let asking = (0..32).map(|number| {
        let instance = if number % 2 == 0 { &at } else { &other };
        let password = format!("Correct-Horse-{number}-Battery");
        async move { sign_up(instance, "race@x.test", &password).await.status }
    });
    assert_eq!(join_all(asking).await, [200; 32]);
    assert_eq!(app.count("users").await, 0);

    let links = tokens(&app, "race@x.test", "verify-email").await;
    assert_eq!(links.len(), 32);
    let following = links.iter().enumerate().map(|(number, link)| {
        let instance = if number % 2 == 0 { &other } else { &at };
        async move { follow(instance, link).await }
    });
    let answers = join_all(following).await;
    let many = |status: u16| answers.iter().filter(|a| a.status == status).count();
    assert_eq!((many(200), many(400)), (1, 31));
    for table in ["users", "orgs", "sessions"] {
        assert_eq!(app.count(table).await, 1, "{table}");
    }
    let welcomes = subjects(&app, "race@x.test").await;
    let welcomes = welcomes.iter().filter(|it| it.starts_with("Welcome"));
    assert_eq!(welcomes.count(), 1);
    for link in &links {
        follow(&at, link).await.is_invalid("token");
    }
}

/// Whoever else asked for the address has planted nothing.
#[both_stores]
async fn auth_15_a_link_activates_the_password_of_its_own_sign_up(app: TestApp) {
    let at = verifying(&app).await;
    let mut links = Vec::new();
    for password in [
        "Planted-Horse-6-Battery",
        PASSWORD,
        "Planted-Horse-7-Battery",
    ] {
        sign_up(&at, "ada@x.test", password).await.is(200);
        links.push(token(&app, "ada@x.test", "verify-email").await);
    }
    // with a password beside it, a link is worth something to that very one only
    let with = async |token: &str, password: &str| {
        let body = json!({ "token": token, "password": password });
        at.post("/v1/auth/verify-email", body).await
    };
    with(&links[0], PASSWORD).await.is_problem(401);
    assert_eq!(app.count("users").await, 0);
    with(&links[1], PASSWORD).await.is(200);
    login(&at, "ada@x.test", PASSWORD).await.is(200);
    for planted in ["Planted-Horse-6-Battery", "Planted-Horse-7-Battery"] {
        login(&at, "ada@x.test", planted).await.is_problem(401);
    }
    follow(&at, &links[0]).await.is_invalid("token");
    follow(&at, &links[2]).await.is_invalid("token");
}

#[both_stores]
async fn org_05_a_proved_address_joins_who_invites_it(app: TestApp) {
    let at = verifying(&app).await;
    let owner = app.owner().await.at(&at);
    // the newest of two counts, with its own role
    owner.invite("guest@x.test", "member").await;
    owner.invite("guest@x.test", "admin").await;
    sign_up(&at, "guest@x.test", PASSWORD).await.is(200);
    let before = app.count("invites").await;
    assert_eq!((before, app.count("users").await), (1, 1));
    let link = token(&app, "guest@x.test", "verify-email").await;
    let proved = follow(&at, &link).await.is(200);
    let profile = me(&at, &proved.str("/access_token")).await;
    assert_eq!(profile["org_id"], owner.org_id);
    assert_eq!(profile["role"], "admin");
    assert_eq!(profile["email_verified"], true);
    assert_eq!(app.count("invites").await, 0);
    assert_eq!(app.count("orgs").await, 1);
    // the invitation's own token proves the address at once
    let invite = owner.invite("other@x.test", "member").await;
    let body = json!({ "email": "other@x.test", "password": PASSWORD, "invite_token": invite });
    let joined = at.post("/v1/auth/signup", body).await.is(200);
    let profile = me(&at, &joined.str("/access_token")).await;
    assert_eq!(profile["email_verified"], true);
}

#[both_stores]
async fn org_06_an_inviter_who_lost_the_right_invites_nobody(app: TestApp) {
    let at = verifying(&app).await;
    let owner = app.owner().await.at(&at);
    let admin = owner.member("admin").await;
    admin.invite("guest@x.test", "admin").await;
    sign_up(&at, "guest@x.test", PASSWORD).await.is(200);
    let path = format!("/v1/org/members/{}", admin.user_id);
    let member = json!({ "role": "member" });
    owner.patch(&path, member).await.is(200);
    let link = token(&app, "guest@x.test", "verify-email").await;
    let proved = follow(&at, &link).await.is(200);
    assert_ne!(proved.str("/org_id"), owner.org_id);
    assert_eq!(app.count("orgs").await, 2);
}

#[both_stores]
async fn org_05_a_link_passed_on_by_hand_waits_for_the_mail(app: TestApp) {
    let at = verifying(&app).await;
    let owner = app.owner().await;
    let folder = app.test_store().folder().join("mail");
    let sender = Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap();
    let mailer = Arc::new(FolderMailer::new(folder, sender));
    let by_hand = owner.at(&app.instance_mailing(mailer, |_, _| ()).await);
    let invite = by_hand.invite("guest@x.test", "member").await;
    let join = async |email: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "invite_token": invite });
        at.post("/v1/auth/signup", body).await
    };
    join("other@x.test").await.is_problem(403);
    let asked = join("guest@x.test").await.is(200);
    assert_eq!(asked.get("/access_token"), Value::Null);
    assert_eq!(app.count("users").await, 1);
    let link = token(&app, "guest@x.test", "verify-email").await;
    let proved = follow(&at, &link).await.is(200);
    assert_eq!(proved.str("/org_id"), owner.org_id);
}

#[both_stores]
async fn a_door_that_was_closed_meanwhile_stays_closed(app: TestApp) {
    let at = verifying(&app).await;
    app.owner().await;
    sign_up(&at, "ada@x.test", PASSWORD).await.is(200);
    let link = token(&app, "ada@x.test", "verify-email").await;
    for mode in [SignupMode::Invite, SignupMode::Closed] {
        let shut = app
            .instance_with(|services, _| {
                services.require_email_verification = Some(true);
                services.signup_mode = mode;
            })
            .await;
        sign_up(&shut, "bob@x.test", PASSWORD).await.is_problem(403);
        let before = rows(&app).await;
        follow(&shut, &link).await.is_problem(403);
        let event = "user.verify_email denied signup_closed";
        assert_eq!(app.last_event().await, event);
        assert_eq!(rows(&app).await, before);
    }
    follow(&at, &link).await.is(200);
}

#[both_stores]
async fn org_11_the_first_account_still_needs_the_code(app: TestApp) {
    let at = app
        .instance_with(|services, http| {
            services.require_email_verification = Some(true);
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
    let code = at.services().auth.setup_code().await.unwrap().unwrap();
    let ask = async |email: &str, code: Option<&str>| {
        let body = json!({ "email": email, "password": PASSWORD, "setup_code": code });
        let request = at.request("POST", "/v1/auth/signup").json(&body);
        request
            .header("x-forwarded-for", "203.0.113.9")
            .send()
            .await
    };
    let refused = ask("eve@x.test", None).await.is_problem(403);
    assert_eq!(refused.str("/code"), "setup_code_needed");
    assert_eq!(app.count("pending_signups").await, 0);
    ask("ada@x.test", Some(code.expose())).await.is(200);
    let link = token(&app, "ada@x.test", "verify-email").await;
    let proved = follow(&at, &link).await.is(200);
    let me = me(&at, &proved.str("/access_token")).await;
    assert_eq!(me["is_platform_admin"], true);
}

/// What is on by default is decided by whether mail reaches people.
#[both_stores]
async fn the_mode_goes_by_the_mail(app: TestApp) {
    let by_mail = app
        .instance_with(|services, _| services.require_email_verification = None)
        .await;
    let folder = app.test_store().folder().join("mail");
    let sender = Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap();
    let mailer = Arc::new(FolderMailer::new(folder, sender));
    let by_folder = app
        .instance_mailing(mailer, |services, _| {
            services.require_email_verification = None;
        })
        .await;
    let asked = sign_up(&by_mail, "one@x.test", PASSWORD).await.is(200);
    assert_eq!(asked.get("/access_token"), Value::Null);
    let made = sign_up(&by_folder, "two@x.test", PASSWORD).await.is(200);
    assert!(made.get("/access_token").is_string());
}

#[both_stores]
async fn an_unproved_account_is_asked_for_its_proof(app: TestApp) {
    let at = verifying(&app).await;
    let ada = app.owner().await;
    login(&at, &ada.email, "Wrong-Horse-0-Battery")
        .await
        .is_problem(401);
    let refused = login(&at, &ada.email, &ada.password).await.is_problem(403);
    assert_eq!(refused.str("/detail"), "Email is not verified");
    assert_eq!(
        app.last_event().await,
        "auth.failure denied email_unverified"
    );
    let link = token(&app, &ada.email, "verify-email").await;
    let body = json!({ "token": link, "password": ada.password });
    at.post("/v1/auth/verify-email", body).await.is(200);
    login(&at, &ada.email, &ada.password).await.is(200);
    ada.get("/v1/auth/me").await.is(200);
}

/// MAIL-04: the link of a sign-up that came too late is not sent.
#[both_stores]
async fn mail_04_links_of_an_address_that_has_an_account_are_not_sent(app: TestApp) {
    let at = verifying(&app).await;
    sign_up(&at, "ada@x.test", PASSWORD).await.is(200);
    let link = token(&app, "ada@x.test", "verify-email").await;
    sign_up(&at, "ada@x.test", NEW).await.is(200);
    sign_up(&at, "bob@x.test", NEW).await.is(200);
    follow(&at, &link).await.is(200);
    assert_eq!(tokens(&app, "ada@x.test", "verify-email").await, [link]);
    assert_eq!(tokens(&app, "bob@x.test", "verify-email").await.len(), 1);
}
