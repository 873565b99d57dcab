//! An organization over its quota: what is priced is refused or paid, and nothing else is touched.

use crate::ground::{
    adds_up, credit, id, metered_once, remaining, use_up, used, with_plans, with_requests,
};
use futures_util::future::join_all;
use oneclaw_domain::Priced;
use oneclaw_http::Auth;
use oneclaw_testkit::{Instance, Person, Stage, Stages, TestApp, both_stores};
use serde_json::{Value, json};

/// 2026-09-01T00:00:00Z.
const LATER: i64 = 1_788_220_800_000;

/// Somebody on the free plan of an instance, with a secret.
async fn reader(at: &Instance) -> (Person, String) {
    let bea = at.owner().await;
    let vault = bea.vault("prod").await;
    bea.keep(&vault, "db/password", "a value").await;
    (bea, vault)
}

#[both_stores]
async fn the_body_of_a_402_is_the_contract_s(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    use_up(&app, &bea, 1_000).await;
    // the first is refused by the commit, which is where it is noticed; the next before it is read
    for used in [1_000, 1_001] {
        let answer = bea.read(&vault, "db/password").await.is_problem(402);
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        let detail = format!(
            "Monthly request limit reached ({used}/1000 on free tier). Add credits or upgrade."
        );
        assert_eq!(
            body,
            json!({
                "type": "payment_required", "title": "Payment Required", "status": 402,
                "detail": detail, "code": "payment_required", "x402Version": 1,
                "error": "X-PAYMENT header is required", "accepts": [], "description": "read_secret",
            })
        );
        assert_eq!(answer.header("x-quota-warning"), Some("exceeded"));
        let row = metered_once(&app, &answer).await;
        assert_eq!((&row["status"], &row["price"]), (&json!(402), &json!(0)));
        let event = app.audit_of(answer.header("x-request-id").unwrap()).await;
        assert_eq!(event.len(), 1, "{event:?}");
        assert_eq!(event[0]["action"], "secret.read");
        assert_eq!(event[0]["details"]["reason"], "quota_spent");
    }
    let row = app
        .rows("SELECT CAST(access_count AS text) AS text FROM secret_versions")
        .await;
    assert_eq!(row, ["0"], "nothing was given out");
}

#[both_stores]
async fn bil_06_what_has_no_price_is_never_refused_for_money_and_what_has_one_is(app: TestApp) {
    app.owner().await;
    let mut stages = Stages::at(&app);
    for endpoint in Stage::actions().filter(|endpoint| endpoint.auth == Auth::Bearer) {
        let stage = stages.for_endpoint(endpoint).await;
        use_up(&app, &stage.who, 100_000).await;
        let caller = stage.caller(endpoint);
        let answer = stage.request(endpoint, caller).send().await;
        match Priced::of_action(endpoint.action) {
            Some(what) => {
                let refused = answer.is_problem(402);
                assert_eq!(
                    refused.str("/description"),
                    what.as_str(),
                    "{}",
                    endpoint.id
                );
            }
            None => assert!(answer.status < 300, "{}: {}", endpoint.id, answer.text()),
        }
    }
}

#[both_stores]
async fn bil_06_what_is_shared_is_refused_while_who_shares_cannot_pay(app: TestApp) {
    app.owner().await;
    let stage = Stage::set(&app).await;
    let body = json!({ "recipient_type": "anyone_with_link", "max_access_count": 1 });
    let share = stage
        .who
        .share(&stage.secret_id, body)
        .await
        .is(201)
        .str("/id");
    let path = format!("/v1/share/{share}");
    use_up(&app, &stage.who, 100_000).await;
    for _ in 0..2 {
        let refused = app.get(&path).await.is_problem(402);
        assert_eq!(refused.str("/description"), "access_share");
        // how the organization stands is not for everybody who has a link
        let told = refused.text();
        assert!(!told.contains("100000") && !told.contains("tier"), "{told}");
    }
    use_up(&app, &stage.who, 0).await;
    app.get(&path).await.is(200);
    app.get(&path).await.is_problem(410);
}

#[both_stores]
async fn quota_is_asked_behind_the_credential_and_before_the_input(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    use_up(&app, &bea, 1_000).await;
    let secret = format!("/v1/vaults/{vault}/secrets/db/password");
    bea.get(&secret).await.is_problem(402);
    // known here now: what is wrong with the request is not looked at
    bea.put(&secret, json!({ "value": 7 }))
        .await
        .is_problem(402);
    bea.get("/v1/vaults/nonsense/secrets/x")
        .await
        .is_problem(402);
    bea.with("a.b.c").get(&secret).await.is_problem(401);
    let rule = json!({ "rule_type": "deny", "cidr": "127.0.0.9/32" });
    bea.post("/v1/security/ip-rules", rule).await.is(201);
    app.tamper("UPDATE ip_rules SET cidr = '127.0.0.1/32'")
        .await;
    app.tamper("UPDATE orgs SET authz_epoch = authz_epoch + 1")
        .await;
    let denied = bea.get(&secret).await.is_problem(403);
    assert_eq!(denied.str("/type"), "ip_denied");
    app.tamper("DELETE FROM ip_rules").await;
    app.tamper("UPDATE orgs SET authz_epoch = authz_epoch + 1")
        .await;
    bea.delete("/v1/auth/token").await.is(204);
    bea.get(&secret).await.is_problem(401);
}

#[both_stores]
async fn what_is_paid_on_another_instance_is_known_at_the_next_request(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    use_up(&app, &bea, 1_000).await;
    bea.read(&vault, "db/password").await.is_problem(402);
    credit(&app, &bea, (10_000, LATER), 1).await;
    bea.read(&vault, "db/password").await.is(200);
    assert_eq!(remaining(&app, 1).await, 9_000);
    let org = id(&app, &bea.org_id);
    app.tamper(&format!(
        "UPDATE orgs SET overage_method = 'x402' WHERE id = {org}"
    ))
    .await;
    bea.read(&vault, "db/password").await.is_problem(402);
    app.tamper(&format!("UPDATE orgs SET plan = 'pro' WHERE id = {org}"))
        .await;
    bea.read(&vault, "db/password").await.is(200);
    adds_up(&app).await;
}

#[both_stores]
async fn bil_08_garbage_is_never_a_payment(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    use_up(&app, &bea, 1_000).await;
    let secret = format!("/v1/vaults/{vault}/secrets/db/password");
    for garbage in [
        "x",
        "{}",
        "eyJ4NDAyVmVyc2lvbiI6MX0=",
        "null",
        &"a".repeat(4096),
    ] {
        for _ in 0..2 {
            let paying = bea.request("GET", &secret).header("x-payment", garbage);
            let refused = paying.send().await.is_problem(402);
            assert_eq!(refused.get("/accepts"), json!([]));
        }
    }
}

#[both_stores]
async fn bil_05_the_last_cent_is_spent_once_by_64_requests_at_two_instances(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    let other = app.another_instance().await;
    use_up(&app, &bea, 1_000).await;
    // three purchases, which are worth 10 reads together; the first to end is the last bought
    for (number, part) in [
        (1, (3_000, LATER + 2)),
        (2, (3_500, LATER + 1)),
        (3, (3_900, LATER)),
    ] {
        credit(&app, &bea, part, number).await;
    }
    let reads = (0..64).map(|number| {
        let who = if number % 2 == 0 {
            bea.clone()
        } else {
            bea.at(&other)
        };
        let vault = vault.clone();
        async move { who.read(&vault, "db/password").await }
    });
    let answers = join_all(reads).await;
    let given = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 402).count();
    assert_eq!((given, refused), (10, 54));
    let left = [
        remaining(&app, 1).await,
        remaining(&app, 2).await,
        remaining(&app, 3).await,
    ];
    assert_eq!(left, [400, 0, 0], "the first to end is spent first");
    adds_up(&app).await;
    let mut paid = 0;
    for answer in &answers {
        let row = metered_once(&app, answer).await;
        if row["is_paid"] == true || row["is_paid"] == 1 {
            assert_eq!((answer.status, &row["price"]), (200, &json!(1_000)));
            paid += 1;
        }
    }
    assert_eq!(paid, 10);
}

#[both_stores]
async fn bil_05_credit_ends_at_its_second_whoever_books_it_off(app: TestApp) {
    app.owner().await;
    let at = with_plans(&app, |_| ()).await;
    let (bea, vault) = reader(&at).await;
    use_up(&app, &bea, 1_000).await;
    // 2026-03-01T12:10:00Z, ten minutes from now
    credit(&app, &bea, (5_000, 1_772_367_000_000), 1).await;
    app.clock().advance(599);
    bea.read(&vault, "db/password").await.is(200);
    app.clock().advance(1);
    bea.read(&vault, "db/password").await.is_problem(402);
    bea.read(&vault, "db/password").await.is_problem(402);
    adds_up(&app).await;
}

#[both_stores]
async fn the_request_quota_is_exact_over_two_instances(app: TestApp) {
    app.owner().await;
    let (at, other) = (with_requests(&app, 20).await, with_requests(&app, 20).await);
    let (bea, vault) = reader(&at).await;
    let before = used(&app, &bea).await;
    let reads = (0..48).map(|number| {
        let who = if number % 2 == 0 {
            bea.clone()
        } else {
            bea.at(&other)
        };
        let vault = vault.clone();
        async move { who.read(&vault, "db/password").await.status }
    });
    let statuses = join_all(reads).await;
    let given = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(i64::try_from(given).unwrap(), 20 - before);
    assert!(statuses.iter().all(|status| [200, 402].contains(status)));
    assert_eq!(used(&app, &bea).await, before + 48, "refusals count, too");
}

#[both_stores]
async fn a_write_that_cannot_be_paid_leaves_nothing_behind(app: TestApp) {
    app.owner().await;
    let (bea, vault) = reader(&app).await;
    let other = app.another_instance().await;
    use_up(&app, &bea, 1_000).await;
    let before = (
        app.count("secrets").await,
        app.count("secret_versions").await,
    );
    let path = format!("/v1/vaults/{vault}/secrets/another");
    for at in [&bea, &bea.at(&other)] {
        let refused = at
            .put(&path, json!({ "value": "another value" }))
            .await
            .is_problem(402);
        assert_eq!(refused.get("/description"), Value::from("write_secret"));
    }
    let after = (
        app.count("secrets").await,
        app.count("secret_versions").await,
    );
    assert_eq!(after, before);
}
