//! AUTH-10, AUTH-11, AUTH-13: asking for a new password.

use crate::steps::{NEW, WRONG, forget, login, proved_owner, reset, rows, seen, tokens};
use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_testkit::{Received, TestApp, both_stores};
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ANSWER: &str = "If an account exists for this email, a reset link has been sent.";

#[both_stores]
async fn auth_10_the_answer_tells_nothing_of_the_address(app: TestApp) {
    let (known, by_issuer, locked) = (app.owner().await, app.owner().await, app.owner().await);
    let email = &by_issuer.email;
    app.tamper(&format!(
        "UPDATE users SET password_hash = NULL, auth_method = 'google' WHERE email = '{email}'"
    ))
    .await;
    for _ in 0..11 {
        login(&app, &locked.email, WRONG).await;
    }
    let cases = [
        (known.email.as_str(), 1),
        ("nobody@x.test", 0),
        (by_issuer.email.as_str(), 0),
        (locked.email.as_str(), 1),
    ];
    let mut answers = Vec::new();
    for (email, mails) in cases {
        let (hashes, events) = (
            app.services().password_hashes(),
            app.count("audit_events").await,
        );
        let answer = forget(&app, email).await.is(200);
        assert_eq!(
            answer.json(),
            json!({ "message": ANSWER, "status": "email_sent" })
        );
        assert_eq!(app.services().password_hashes(), hashes, "{email}");
        assert_eq!(app.count("audit_events").await, events + 1, "{email}");
        assert_eq!(app.last_event().await, "user.password_forgot ok");
        answers.push(seen(&answer));
        let links = tokens(&app, email, "reset-password").await;
        assert_eq!(links.len(), mails, "{email}");
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    // who is locked out gets in again by it
    let link = tokens(&app, &locked.email, "reset-password").await;
    reset(&app, &link[0], NEW).await.is(200);
    login(&app, &locked.email, NEW).await.is(200);
}

#[both_stores]
async fn auth_11_an_address_is_one_address(app: TestApp) {
    let ada = app.owner().await;
    let before = rows(&app).await;
    for email in [
        json!(["v@x.test", ada.email]),
        json!(format!("v@x.test,{}", ada.email)),
        json!(format!("{}\r\nBcc:e@x.test", ada.email)),
        json!({ "email": ada.email }),
        json!("m\u{131}ke@x.test"),
        json!(""),
    ] {
        let body = json!({ "email": email });
        app.post("/v1/auth/forgot-password", body)
            .await
            .is_invalid("email");
    }
    assert_eq!(rows(&app).await, before);
    assert!(tokens(&app, &ada.email, "reset-password").await.is_empty());
}

#[both_stores]
async fn auth_11_the_link_has_nothing_of_the_request(app: TestApp) {
    let ada = app.owner().await;
    let body = json!({ "email": ada.email });
    for (name, value) in [
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "host=evil.test;proto=gopher"),
        ("x-original-url", "http://evil.test/"),
        ("referer", "https://evil.test/"),
    ] {
        let request = app.request("POST", "/v1/auth/forgot-password").json(&body);
        request.header(name, value).send().await.is(200);
    }
    // a page of another site asks for nobody
    let request = app.request("POST", "/v1/auth/forgot-password").json(&body);
    let request = request.header("origin", "https://evil.test");
    request.send().await.is_problem(403);
    for head in [
        "POST /v1/auth/forgot-password HTTP/1.1\r\nHost: evil.test",
        "POST http://evil.test/v1/auth/forgot-password HTTP/1.1\r\nHost: evil.test",
    ] {
        let status = raw(&app, head, &body.to_string()).await;
        assert!(["200", "400", "404"].contains(&status.as_str()), "{status}");
    }
    let mails = app.mail_to(&ada.email).await;
    let links: Vec<_> = mails
        .iter()
        .filter(|mail| mail.text().contains("/reset-password"))
        .collect();
    assert!(links.len() >= 6, "{}", links.len());
    let base = app.services().settings().public_url.clone();
    for mail in links {
        for form in [mail.text(), mail.html(), mail.head().to_owned()] {
            assert!(
                !form.contains("evil.test") && !form.contains("gopher"),
                "{form}"
            );
        }
        assert!(
            mail.text()
                .contains(&format!("\n{base}/reset-password?token="))
        );
    }
}

/// A request as it is written, and the status of its answer.
async fn raw(app: &TestApp, head: &str, body: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(app.address()).await.unwrap();
    let length = body.len();
    let request = format!("{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[both_stores]
async fn auth_13_a_flood_mails_five_and_kills_none(app: TestApp) {
    let front = app
        .instance_with(|services, http| {
            services.password_mails.tries = 5;
            services.password_mails.seconds = 3600;
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
    let ada = proved_owner(&app).await;
    let ask = async |from: &str| {
        let body = json!({ "email": ada.email });
        let request = front
            .request("POST", "/v1/auth/forgot-password")
            .json(&body);
        request.header("x-forwarded-for", from).send().await
    };
    let first = ask("198.51.100.200").await.is(200);
    let own = tokens(&app, &ada.email, "reset-password").await;
    let mut answers = vec![seen(&first)];
    for number in 0..100 {
        let answer = ask(&format!("198.51.100.{number}")).await.is(200);
        answers.push(seen(&answer));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    let links = tokens(&app, &ada.email, "reset-password").await;
    assert_eq!(links.len(), 5);
    reset(&app, &own[0], NEW).await.is(200);
    login(&app, &ada.email, NEW).await.is(200);
    for link in &links {
        reset(&app, link, NEW).await.is_invalid("token");
    }
    // from one client the sixth is refused, whomever it is about
    for _ in 0..4 {
        ask("198.51.100.0").await.is(200);
    }
    let over = ask("198.51.100.0").await.is_problem(429);
    assert_eq!(over.header("retry-after"), Some("3600"));
    app.clock().advance(3600);
    ask("198.51.100.0").await.is(200);
    assert_eq!(tokens(&app, &ada.email, "reset-password").await.len(), 6);
}

/// MAIL-06: one cap over all that strangers cause, of which they learn nothing.
#[both_stores]
async fn mail_06_one_cap_over_all_kinds(app: TestApp) {
    let capped = app
        .instance_with(|services, _| {
            services.mails_per_address.tries = 3;
            services.mails_per_address.seconds = 3600;
        })
        .await;
    let ada = proved_owner(&app).await;
    let bob = app.owner().await.at(&capped);
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(seen(&forget(&capped, &ada.email).await.is(200)));
        let change = json!({ "new_email": ada.email });
        bob.post("/v1/auth/change-email", change).await.is(200);
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    let mails = app.mail_to(&ada.email).await;
    // the welcome is among them
    assert_eq!(mails.len(), 3);
    // the notice of a new password is no stranger's
    let body = json!({ "current_password": ada.password, "new_password": NEW });
    ada.at(&capped)
        .post("/v1/auth/change-password", body)
        .await
        .is(200);
    assert_eq!(app.mail_to(&ada.email).await.len(), mails.len() + 1);
}

/// Without a mail server the operator reads the mail, and the road is open.
#[both_stores]
async fn without_a_mail_server_the_folder_has_the_link(app: TestApp) {
    let folder = app.test_store().folder().join("mail");
    let sender = Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap();
    let mailer = Arc::new(FolderMailer::new(folder.clone(), sender));
    let at = app.instance_mailing(mailer, |_, _| ()).await;
    let ada = app.owner().await;
    app.deliver_mail().await;
    forget(&at, &ada.email).await.is(200);
    at.services().deliver_mail().await.unwrap();
    let files = std::fs::read_dir(&folder).unwrap();
    let files = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let mails: Vec<_> = files.map(|raw| Received::of_file(&raw)).collect();
    assert_eq!(mails.len(), 1);
    reset(&at, &mails[0].token(), NEW).await.is(200);
    login(&at, &ada.email, NEW).await.is(200);
}
