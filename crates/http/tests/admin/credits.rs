//! Credits that are given and taken.

use crate::steps::{credit, event_of, frugal, is_in_log_of, with_secret};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

/// The sum of the ledger's lines, of what is left of each purchase, and the balance.
async fn sums(app: &TestApp) -> [String; 3] {
    let sum = async |what: &str, table: &str| {
        let sql = format!("SELECT CAST(coalesce(sum({what}), 0) AS TEXT) AS text FROM {table}");
        app.rows(&sql).await.remove(0)
    };
    [
        sum("amount", "credit_entries").await,
        sum("remaining", "credit_lots").await,
        sum("balance", "credit_accounts").await,
    ]
}

async fn holds(app: &TestApp, micros: i64) {
    assert_eq!(sums(app).await, [(); 3].map(|()| micros.to_string()));
}

#[both_stores]
async fn credits_are_given_and_taken_and_the_ledger_adds_up(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let given = credit(
        &ada,
        &bob.org_id,
        json!({ "amount_cents": 500, "description": "hello" }),
    );
    let given = given.await.is(200);
    let balance = |cents: i64| json!({ "org_id": bob.org_id, "balance_cents": cents });
    assert_eq!(given.json(), balance(500));
    let event = event_of(&app, &given).await;
    assert_eq!(event["action"], "admin.credits", "{event}");
    assert_eq!(event["details"]["amount_usd"], "5", "{event}");
    is_in_log_of(&event, &bob.org_id);
    holds(&app, 5_000_000).await;
    let soon = app.services().now().plus_seconds(60).to_string();
    let body = json!({ "amount_cents": 100, "expires_at": soon });
    let more = credit(&ada, &bob.org_id, body).await.is(200);
    assert_eq!(more.json(), balance(600));
    // the first to end go first
    let taken = credit(&ada, &bob.org_id, json!({ "amount_cents": -150 })).await;
    assert_eq!(taken.is(200).json(), balance(450));
    holds(&app, 4_500_000).await;
    let too_many = credit(&ada, &bob.org_id, json!({ "amount_cents": -451 })).await;
    let event = event_of(&app, &too_many.is_problem(409)).await;
    is_in_log_of(&event, &ada.org_id);
    holds(&app, 4_500_000).await;
}

/// What is over is booked off before anything is taken.
#[both_stores]
async fn credits_that_ended_are_not_taken(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let end = app.services().now().plus_seconds(60).to_string();
    let body = json!({ "amount_cents": 100, "expires_at": end });
    credit(&ada, &bob.org_id, body).await.is(200);
    app.clock().advance(60);
    credit(&ada, &bob.org_id, json!({ "amount_cents": -1 }))
        .await
        .is_problem(409);
    let given = credit(&ada, &bob.org_id, json!({ "amount_cents": 7 })).await;
    assert_eq!(given.is(200).get("/balance_cents"), 7);
    holds(&app, 70_000).await;
}

#[both_stores]
async fn credits_that_make_no_sense_are_refused(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let now = app.services().now();
    let (past, far) = (now.to_string(), now.plus_months(121).to_string());
    for (body, field) in [
        (json!({}), "amount_cents"),
        (json!({ "amount_cents": 0 }), "amount_cents"),
        (json!({ "amount_cents": 1.5 }), "amount_cents"),
        (json!({ "amount_cents": "5" }), "amount_cents"),
        (
            json!({ "amount_cents": 10_000_000_001_i64 }),
            "amount_cents",
        ),
        (
            json!({ "amount_cents": -10_000_000_001_i64 }),
            "amount_cents",
        ),
        (json!({ "amount_cents": i64::MAX }), "amount_cents"),
        (json!({ "amount_cents": i64::MIN }), "amount_cents"),
        (
            json!({ "amount_cents": 5, "expires_at": past }),
            "expires_at",
        ),
        (
            json!({ "amount_cents": 5, "expires_at": far }),
            "expires_at",
        ),
        (
            json!({ "amount_cents": 5, "expires_at": "soon" }),
            "expires_at",
        ),
        (
            json!({ "amount_cents": -5, "expires_at": far }),
            "expires_at",
        ),
        (
            json!({ "amount_cents": 5, "description": "x".repeat(256) }),
            "description",
        ),
        (
            json!({ "amount_cents": 5, "description": "a\u{202e}b" }),
            "description",
        ),
    ] {
        credit(&ada, &bob.org_id, body).await.is_invalid(field);
    }
    holds(&app, 0).await;
}

/// Refused with a reason, rather than as if the server had failed.
#[both_stores]
async fn bil_04_nobody_is_given_more_than_can_be_counted(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    credit(&ada, &bob.org_id, json!({ "amount_cents": 500 }))
        .await
        .is(200);
    let most = i64::MAX - 1_000_000;
    for change in [
        format!("UPDATE credit_accounts SET balance = {most}"),
        format!("UPDATE credit_lots SET granted = {most}, remaining = {most}"),
        format!("UPDATE credit_entries SET amount = {most}, balance = {most}"),
    ] {
        app.tamper(&change).await;
    }
    let given = credit(&ada, &bob.org_id, json!({ "amount_cents": 500 })).await;
    let refused = given.is_problem(409);
    assert!(
        refused.str("/detail").contains("counted"),
        "{}",
        refused.text()
    );
    is_in_log_of(&event_of(&app, &refused).await, &ada.org_id);
    holds(&app, most).await;
    // what still fits is given
    let given = credit(&ada, &bob.org_id, json!({ "amount_cents": 100 })).await;
    given.is(200);
    holds(&app, i64::MAX).await;
}

/// Credits pay from the next request on, on every instance.
#[both_stores]
async fn credits_pay_at_once_everywhere(app: TestApp) {
    let ada = app.owner().await;
    let (one, two) = (frugal(&app, 3).await, frugal(&app, 3).await);
    let bob = one.owner().await;
    let vault = with_secret(&bob).await;
    let read = async |by: Person| by.read(&vault, "db/password").await.status;
    assert_eq!(read(bob.clone()).await, 200);
    assert_eq!(read(bob.at(&two)).await, 402);
    assert_eq!(read(bob.at(&one)).await, 402);
    let given = credit(&ada.at(&one), &bob.org_id, json!({ "amount_cents": 1 })).await;
    given.is(200);
    // ten requests at a tenth of a cent
    for turn in 0..10 {
        let at = if turn % 2 == 0 { &two } else { &one };
        assert_eq!(read(bob.at(at)).await, 200, "{turn}");
    }
    assert_eq!(read(bob.at(&one)).await, 402);
    assert_eq!(read(bob.at(&two)).await, 402);
    holds(&app, 0).await;
}

/// 16 who take what there is for one: it is taken once, and never below nothing.
#[both_stores]
async fn credits_are_taken_once(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let other = app.another_instance().await;
    credit(&ada, &bob.org_id, json!({ "amount_cents": 100 }))
        .await
        .is(200);
    let takes = (0..16).map(|turn| {
        let by = if turn % 2 == 0 {
            ada.clone()
        } else {
            ada.at(&other)
        };
        let org = bob.org_id.clone();
        async move { credit(&by, &org, json!({ "amount_cents": -100 })).await }
    });
    let answers = futures_util::future::join_all(takes).await;
    let done: Vec<Value> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.get("/balance_cents"))
        .collect();
    assert_eq!(done, [json!(0)]);
    assert!(
        answers
            .iter()
            .all(|answer| [200, 409].contains(&answer.status))
    );
    holds(&app, 0).await;
}
