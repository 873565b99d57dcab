//! ORG-11: the first account of a server that strangers can reach.

use crate::steps::behind_a_proxy;
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores};
use serde_json::{Value, json};

async fn code(at: &Instance) -> Option<String> {
    let code = at.services().auth.setup_code().await.unwrap();
    code.map(|code| code.expose().to_owned())
}

fn account(name: &str, code: Option<&str>) -> Value {
    json!({
        "email": format!("{name}@example.test"), "password": "Correct-Horse-8-Battery", "setup_code": code,
    })
}

async fn sign_up(at: &Instance, from: &str, body: Value) -> Answer {
    let request = at.request("POST", "/v1/auth/signup").json(&body);
    request.header("x-forwarded-for", from).send().await
}

async fn is_admin(at: &Instance, signup: &Answer) -> bool {
    let token = signup.str("/access_token");
    let me = at.request("GET", "/v1/auth/me").bearer(&token).send().await;
    me.is(200).get("/is_platform_admin") == true
}

#[both_stores]
async fn org_11_the_first_from_beyond_this_machine_needs_the_code(app: TestApp) {
    let proxy = behind_a_proxy(&app).await;
    let right = code(&proxy).await.unwrap();
    app.never_log(&right);
    assert_eq!(right.len(), 19);
    assert_eq!(code(&app).await.as_ref(), Some(&right));
    let mut wrong = right.clone();
    wrong.replace_range(..1, if right.starts_with('A') { "B" } else { "A" });
    for (at, from) in [
        (&proxy, "203.0.113.9"),
        (&proxy, "2001:db8::1"),
        (&proxy, "10.0.0.1"),
        // a proxy that is not trusted, or was forgotten, makes nobody local
        (&*app, "127.0.0.1"),
        (&*app, "203.0.113.9"),
    ] {
        for shown in [None, Some(""), Some(wrong.as_str()), Some(&right[..18])] {
            let refused = sign_up(at, from, account("eve", shown)).await;
            let refused = refused.is_problem(403);
            assert_eq!(refused.str("/code"), "setup_code_needed");
            assert!(!refused.text().contains(&right));
            let event = "user.signup denied setup_code_needed";
            assert_eq!(app.last_event().await, event);
        }
    }
    for table in ["users", "orgs", "sessions"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    let typed = right.to_lowercase().replace('-', " ");
    let body = account("ada", Some(&typed));
    let first = sign_up(&proxy, "203.0.113.9", body).await.is(200);
    assert!(is_admin(&app, &first).await);

    // from then on nobody needs one, and there is none
    assert_eq!(code(&proxy).await, None);
    let second = sign_up(&proxy, "203.0.113.9", account("bob", None)).await;
    assert!(!is_admin(&app, &second.is(200)).await);
    let third = sign_up(&proxy, "203.0.113.9", account("eve", Some(&wrong))).await;
    assert!(!is_admin(&app, &third.is(200)).await);
}

#[both_stores]
async fn org_11_from_this_machine_no_code_is_needed(app: TestApp) {
    let body = account("ada", None);
    let first = app.post("/v1/auth/signup", body).await.is(200);
    assert!(is_admin(&app, &first).await);
}

#[both_stores]
async fn org_11_of_16_first_at_once_one_runs_the_installation(app: TestApp) {
    let proxies = [behind_a_proxy(&app).await, behind_a_proxy(&app).await];
    let right = code(&app).await.unwrap();
    let tries = (0..16).map(|number| {
        let shown = (number % 2 == 0).then_some(right.as_str());
        let body = account(&format!("first-{number}"), shown);
        let proxy = &proxies[number / 2 % 2];
        async move { sign_up(proxy, "203.0.113.9", body).await }
    });
    let answers = join_all(tries).await;
    let mut admins = 0;
    for (number, answer) in answers.iter().enumerate() {
        match answer.status {
            200 => admins += usize::from(is_admin(&app, answer).await),
            // without the code only those passed who came when there was a first one
            403 => assert_eq!(number % 2, 1, "{}", answer.text()),
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(admins, 1);
    let platforms = "SELECT 'x' AS text FROM orgs WHERE is_platform";
    assert_eq!(app.rows(platforms).await.len(), 1);
    // whoever runs it had the code
    let owner =
        "SELECT u.email AS text FROM users u JOIN orgs o ON o.id = u.org_id WHERE o.is_platform";
    let owner = app.rows(owner).await.remove(0);
    let number: usize = owner["first-".len()..owner.find('@').unwrap()]
        .parse()
        .unwrap();
    assert_eq!(number % 2, 0, "{owner}");
}

/// Guessing is counted like every signup.
#[both_stores]
async fn org_11_tries_are_counted(app: TestApp) {
    let proxy = app
        .instance_with(|services, http| {
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
            services.signups.tries = 5;
            services.signups.seconds = 3600;
        })
        .await;
    let right = code(&proxy).await.unwrap();
    for number in 0..5 {
        let body = account(&format!("eve-{number}"), Some("AAAA-AAAA-AAAA-AAAA"));
        sign_up(&proxy, "203.0.113.9", body).await.is_problem(403);
    }
    let body = account("eve", Some(&right));
    let limited = sign_up(&proxy, "203.0.113.9", body).await.is_problem(429);
    assert!(limited.header("retry-after").is_some());
    let body = account("ada", Some(&right));
    sign_up(&proxy, "203.0.113.10", body).await.is(200);
}

#[both_stores]
async fn org_11_web_02_no_page_of_another_site_makes_the_first_account(app: TestApp) {
    let body = json!({ "email": "eve@x.test", "password": "Correct-Horse-1-Battery" });
    let from = |name: &'static str, value: &'static str| {
        app.request("POST", "/v1/auth/signup")
            .json(&body)
            .header(name, value)
    };
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
    ] {
        let answer = from(name, value).send().await.is_problem(403);
        assert_eq!(answer.get("/code"), "cross_site", "{name}: {value}");
    }
    assert_eq!(app.count("users").await, 0);
    from("sec-fetch-site", "same-origin").send().await.is(200);
}

#[both_stores]
async fn auth_06_web_02_no_page_of_another_site_spends_the_owners_tries(app: TestApp) {
    let ada = app.owner().await;
    let wrong = json!({ "email": ada.email, "password": "Wrong-Horse-1-Battery" });
    for _ in 0..12 {
        app.request("POST", "/v1/auth/token")
            .json(&wrong)
            .header("sec-fetch-site", "cross-site")
            .send()
            .await
            .is_problem(403);
    }
    let right = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", right).await.is(200);
}
