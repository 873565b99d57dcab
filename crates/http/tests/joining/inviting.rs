//! Inviting people, and what is told of it.

use crate::steps::{join, member, plain, sign_up, without_mail};
use oneclaw_services::Settings;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn without_mail_the_link_is_in_the_answer(app: TestApp) {
    let owner = app.owner().await.at(&without_mail(&app).await);
    let body = json!({ "email": " Guest@X.test " });
    let made = owner.post("/v1/org/invite", body.clone()).await.is(200);
    assert_eq!(made.str("/message"), "Invitation sent");
    assert_eq!(made.str("/email"), "guest@x.test");
    let link = made.str("/invite_url");
    assert!(
        link.starts_with("http://127.0.0.1:8080/accept-invite?token="),
        "{link}"
    );
    let strict = owner
        .request("POST", "/v1/org/invite")
        .header("user-agent", "OpenAPI-Generator/7")
        .json(&body)
        .send()
        .await
        .is(200);
    let mut fields: Vec<String> = strict.json().as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["email", "invite_url", "message"]);

    let open = owner.get("/v1/org/invites").await.is(200);
    assert_eq!(open.get("/invites").as_array().unwrap().len(), 1);
    let one = open.get("/invites/0");
    assert_eq!(one["email"], "guest@x.test");
    assert_eq!(one["role"], "member");
    assert_eq!(one["invited_by"], owner.user_id);
    assert_eq!(one["is_expired"], false);
    // a link is shown once
    let token = link.split('=').nth(1).unwrap();
    assert!(!open.text().contains(token));
}

#[both_stores]
async fn in_01_what_is_no_invitation_is_refused_by_field(app: TestApp) {
    let owner = app.owner().await;
    for (body, field) in [
        (json!({}), "email"),
        (json!({ "email": null }), "email"),
        (json!({ "email": "nobody" }), "email"),
        (json!({ "email": 7 }), "email"),
        (json!({ "email": "v@x.test,w@x.test" }), "email"),
        (json!({ "email": "v@x.test\r\nBcc: w@x.test" }), "email"),
        (json!({ "email": "v@x.test", "role": "Owner" }), "role"),
        (json!({ "email": "v@x.test", "role": "root" }), "role"),
        (json!({ "email": "v@x.test", "role": 1 }), "role"),
    ] {
        owner.post("/v1/org/invite", body).await.is_invalid(field);
    }
    assert_eq!(app.count("invites").await, 0);
}

#[both_stores]
async fn org_01_nobody_gives_a_role_that_they_do_not_hold(app: TestApp) {
    let owner = app.owner().await;
    let admin = member(&owner, "admin@x.test", "admin").await;
    let plain_member = member(&owner, "member@x.test", "member").await;
    let invite = |role: &str| json!({ "email": "guest@x.test", "role": role });
    admin
        .post("/v1/org/invite", invite("owner"))
        .await
        .is_problem(403);
    assert_eq!(app.last_event().await, "org.invite denied not_owner");
    for role in ["member", "admin", "owner"] {
        plain_member
            .post("/v1/org/invite", invite(role))
            .await
            .is_problem(403);
        assert_eq!(app.last_event().await, "org.invite denied not_org_manager");
    }
    plain_member.get("/v1/org/invites").await.is_problem(403);
    assert_eq!(app.count("invites").await, 0);
    for role in ["member", "admin"] {
        admin.post("/v1/org/invite", invite(role)).await.is(200);
    }
    owner.post("/v1/org/invite", invite("owner")).await.is(200);

    let (key, _) = admin
        .api_key(json!({ "name": "limited", "scopes": ["secrets:read"] }))
        .await;
    let limited = admin.with(&key);
    limited
        .post("/v1/org/invite", invite("member"))
        .await
        .is_problem(403);
}

#[both_stores]
async fn org_01_only_owners_take_the_invitation_of_an_owner_back(app: TestApp) {
    let owner = app.owner().await;
    let admin = member(&owner, "admin@x.test", "admin").await;
    let plain_member = member(&owner, "member@x.test", "member").await;
    let token = owner.invite("guest@x.test", "owner").await;
    let open = owner.get("/v1/org/invites").await.is(200);
    let path = format!("/v1/org/invites/{}", open.str("/invites/0/id"));
    admin.delete(&path).await.is_problem(403);
    assert_eq!(app.last_event().await, "org.invite_cancel denied not_owner");
    plain_member.delete(&path).await.is_problem(403);
    // nor by another in its place
    let body = json!({ "email": "guest@x.test", "role": "member" });
    admin
        .post("/v1/org/invite", body.clone())
        .await
        .is_problem(403);
    assert_eq!(app.last_event().await, "org.invite denied not_owner");
    let after = owner.get("/v1/org/invites").await.is(200);
    assert_eq!(after.json(), open.json());
    join(&app, "guest@x.test", &token).await.is(200);

    owner.invite("second@x.test", "owner").await;
    let open = owner.get("/v1/org/invites").await.is(200);
    let path = format!("/v1/org/invites/{}", open.str("/invites/0/id"));
    owner.delete(&path).await.is(204);
    let body = json!({ "email": "second@x.test", "role": "member" });
    owner.invite("second@x.test", "owner").await;
    owner.post("/v1/org/invite", body).await.is(200);
    assert_eq!(app.count("invites").await, 1);
}

#[both_stores]
async fn ten_01_invitations_of_others_are_not_there(app: TestApp) {
    let (owner, other) = (app.owner().await, app.owner().await);
    let token = owner.invite("guest@x.test", "member").await;
    let id = owner
        .get("/v1/org/invites")
        .await
        .is(200)
        .str("/invites/0/id");
    let theirs = other.delete(&format!("/v1/org/invites/{id}")).await;
    let random = other
        .delete("/v1/org/invites/018f6f2e-7c1a-7a3b-9c1d-0123456789ab")
        .await;
    assert_eq!(theirs.status, 404);
    assert_eq!(plain(&theirs), plain(&random));
    let listed = other.get("/v1/org/invites").await.is(200);
    assert_eq!(listed.get("/invites"), json!([]));
    join(&app, "guest@x.test", &token).await.is(200);
}

/// What two addresses are answered, without what differs by right.
async fn alike(owner: &Person, emails: [&str; 2], differs: &[&str]) {
    let mut answers = Vec::new();
    for email in emails {
        let body = json!({ "email": email });
        let made = owner.post("/v1/org/invite", body).await.is(200);
        let mut body = plain(&made);
        assert_eq!(body["email"], email);
        for differs in differs {
            assert!(body[*differs].is_string(), "{differs}");
            body[*differs] = json!("");
        }
        answers.push(body);
    }
    assert_eq!(answers.first(), answers.last());
}

#[both_stores]
async fn org_07_an_address_that_has_an_account_elsewhere_is_answered_alike(app: TestApp) {
    let owner = app.owner().await;
    sign_up(&app, "known@x.test").await;
    let emails = ["known@x.test", "unknown@x.test"];
    alike(&owner, emails, &["email", "invite_id"]).await;
    let by_hand = owner.at(&without_mail(&app).await);
    alike(&by_hand, emails, &["email", "invite_id", "invite_url"]).await;
    assert_eq!(app.count("invites").await, 2);
    // of one's own people one may know
    member(&owner, "mine@x.test", "member").await;
    for email in [owner.email.as_str(), "mine@x.test"] {
        owner
            .post("/v1/org/invite", json!({ "email": email }))
            .await
            .is_problem(409);
        assert_eq!(app.last_event().await, "org.invite denied conflict");
    }
}

#[both_stores]
async fn org_07_invitations_are_no_cannon(app: TestApp) {
    let owner = app.owner().await;
    let limited = app
        .instance_with(|services, _| {
            services.invites = Settings::default().invites;
            services.invites_per_address = Settings::default().invites_per_address;
        })
        .await;
    let there = owner.at(&limited);
    let invite = |email: String| json!({ "email": email });
    // one address
    for _ in 0..5 {
        there
            .post("/v1/org/invite", invite("one@x.test".to_owned()))
            .await
            .is(200);
    }
    let refused = there
        .post("/v1/org/invite", invite(" ONE@x.test".to_owned()))
        .await
        .is_problem(429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&wait), "{wait}");
    // many addresses: six were tried above
    for number in 6..50 {
        let email = format!("guest-{number}@x.test");
        there.post("/v1/org/invite", invite(email)).await.is(200);
    }
    there
        .post("/v1/org/invite", invite("last@x.test".to_owned()))
        .await
        .is_problem(429);
    assert_eq!(app.last_event().await, "org.invite denied rate_limited");
    assert_eq!(app.count("invites").await, 45);
    // another organization is not held up, and who may not invite uses nothing up
    let other = app.owner().await;
    let stranger = member(&other, "nosy@x.test", "member").await.at(&limited);
    for _ in 0..6 {
        stranger
            .post("/v1/org/invite", invite("one@x.test".to_owned()))
            .await
            .is_problem(403);
    }
    other
        .at(&limited)
        .post("/v1/org/invite", invite("one@x.test".to_owned()))
        .await
        .is(200);
}

#[both_stores]
async fn org_07_the_limit_of_invitations_ends_with_its_hour(app: TestApp) {
    let owner = app.owner().await;
    let limited = app
        .instance_with(|services, _| {
            services.invites_per_address = Settings::default().invites_per_address;
            services.invites_per_address.tries = 1;
        })
        .await;
    let invite = || json!({ "email": "one@x.test" });
    let there = owner.at(&limited);
    there.post("/v1/org/invite", invite()).await.is(200);
    // with the first refusal the wait is whole
    there.post("/v1/org/invite", invite()).await.is(429);
    let login = || json!({ "email": owner.email, "password": owner.password });
    let window = Settings::default().invites_per_address.seconds;
    for (later, status) in [(window - 1, 429), (1, 200)] {
        app.clock().advance(later);
        let login = limited.post("/v1/auth/token", login()).await.is(200);
        let there = there.with(&login.str("/access_token"));
        there.post("/v1/org/invite", invite()).await.is(status);
    }
}

#[both_stores]
async fn in_11_the_list_of_invitations_comes_in_pages(app: TestApp) {
    let (owner, other) = (app.owner().await, app.owner().await);
    for number in 0..5 {
        owner
            .invite(&format!("guest-{number}@x.test"), "member")
            .await;
        app.clock().advance(1);
    }
    let all = owner.get("/v1/org/invites").await.is(200);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner
            .get(&format!("/v1/org/invites?limit=2{cursor}"))
            .await
            .is(200);
        seen.extend(page.get("/invites").as_array().unwrap().clone());
        let Some(next) = page.get("/next_cursor").as_str().map(str::to_owned) else {
            break;
        };
        other
            .get(&format!("/v1/org/invites?limit=2&cursor={next}"))
            .await
            .is_invalid("cursor");
        cursor = format!("&cursor={next}");
    }
    assert_eq!(json!(seen), all.get("/invites"));
    assert_eq!(seen.len(), 5);
}
