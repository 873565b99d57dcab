//! MAIL-01: names and addresses that would be more than names and addresses.

use oneclaw_testkit::{Received, TestApp, both_stores};
use serde_json::json;

const PASSWORD: &str = "Correct-Horse-9-Battery";

async fn sign_up(app: &TestApp, email: &str, name: &str) -> u16 {
    let body = json!({ "email": email, "password": PASSWORD, "display_name": name });
    app.post("/v1/auth/signup", body).await.status
}

/// Our headers and no others, once each.
fn has_our_headers_alone(mail: &Received) {
    let head = mail.head().replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut names: Vec<&str> = head
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To"
        ],
        "{head}"
    );
}

#[both_stores]
async fn mail_01_addresses_that_are_more_than_one_address_are_refused(app: TestApp) {
    for email in [
        "a@b.test\r\nBcc: c@d.test",
        "a@b.test\n.\nMAIL FROM:<c@d.test>",
        "a@b.test,c@d.test",
        "a@b,c@d",
        "a@[127.0.0.1]",
        "\"a b\"@b.test",
        "\"a@b.test> RCPT TO:<c\"@d.test",
        "<a@b.test>",
        "Ada <a@b.test>",
    ] {
        assert_eq!(sign_up(&app, email, "Ada").await, 400, "{email:?}");
    }
    assert_eq!(app.deliver_mail().await, 0);
    assert_eq!(app.mailbox().connections(), 0);
}

#[both_stores]
async fn mail_01_names_that_would_end_a_line_are_refused(app: TestApp) {
    for name in [
        "Ada\r\nBcc: c@d.test",
        "Ada\n.\n",
        "Ada\r\n.\r\nMAIL FROM:<c@d.test>",
        "Ada\rx",
        "\u{202e}adA",
    ] {
        assert_eq!(sign_up(&app, "ada@b.test", name).await, 400, "{name:?}");
    }
    assert_eq!(app.deliver_mail().await, 0);
}

#[both_stores]
async fn mail_01_markup_and_links_in_names_are_words(app: TestApp) {
    let names = [
        "<a href=\"https://evil.test\">x</a>",
        "<img src=https://evil.test/x.png>",
        "javascript:alert(1)",
        "\"><script>alert(1)</script>",
        "..",
        ".",
        "Ada\u{2028}https://evil.test",
        "\u{1f600} <x@evil.test>, y@evil.test",
    ];
    for (number, name) in names.iter().enumerate() {
        let email = format!("ada-{number}@b.test");
        assert_eq!(sign_up(&app, &email, name).await, 200, "{name}");
        let mails = app.mail_to(&email).await;
        let [mail] = mails.as_slice() else {
            panic!("{name}: {mails:?}");
        };
        assert_eq!(mail.to, [email.as_str()]);
        assert_eq!(mail.header("to").unwrap(), email);
        has_our_headers_alone(mail);
        let public_url = &app.services().settings().public_url;
        let (text, html) = (mail.text(), mail.html());
        for form in [&text, &html] {
            let links = form.matches("://").count();
            assert_eq!(links, form.matches(public_url.as_str()).count(), "{form}");
        }
        for markup in [
            "<a href=\"https://evil",
            "<img",
            "<script",
            "href=\"javascript",
        ] {
            assert!(!html.contains(markup), "{html}");
        }
        for line in mail.raw.split("\r\n") {
            assert!(!line.starts_with('.') && line.is_ascii(), "{line}");
        }
    }
    assert_eq!(app.mailbox().messages().len(), names.len());
}
