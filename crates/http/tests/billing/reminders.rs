//! Who manages an organization hears of credits before they end.

use crate::steps::{DAY, buy_credits, tenant};
use oneclaw_services::Store as _;
use oneclaw_testkit::{Person, TestApp, both_stores};
use uuid::Uuid;

async fn mails(app: &TestApp, to: &Person) -> Vec<String> {
    let mut mails = app.mail_to(&to.email).await;
    mails.retain(|mail| mail.text().contains("can be spent until"));
    mails.iter().map(oneclaw_testkit::Received::text).collect()
}

async fn remind(app: &TestApp) -> u64 {
    let reminded = app.services().billing.remind_of_credits().await;
    reminded.unwrap()
}

/// Whoever came last is written to, too.
#[both_stores]
async fn managers_behind_a_thousand_members_are_told(app: TestApp) {
    let ada = tenant(&app).await;
    app.crowd(1_000).await;
    buy_credits(&ada, "evt_1", 1250).await;
    app.clock().advance((365 - 30) * DAY);
    assert_eq!(remind(&app).await, 1);
    assert_eq!(mails(&app, &ada).await.len(), 1);
}

#[both_stores]
async fn credits_are_told_of_30_and_7_days_before_they_end_once_each(app: TestApp) {
    let ada = tenant(&app).await;
    let (admin, member) = (ada.member("admin").await, ada.member("member").await);
    let other = app.another_instance().await;
    buy_credits(&ada, "evt_1", 1250).await;
    app.clock().advance((365 - 30) * DAY - 1);
    assert_eq!(remind(&app).await, 0);
    app.clock().advance(1);
    let (here, there) = tokio::join!(remind(&app), other.services().billing.remind_of_credits());
    assert_eq!(here + there.unwrap(), 1);
    assert_eq!(app.last_event().await, "billing.credits_reminder ok");
    for who in [&ada, &admin] {
        let told = mails(&app, who).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("12.50 USD") && told[0].contains("2027-03-01 12:00 UTC"));
    }
    assert_eq!(mails(&app, &member).await.len(), 0);
    app.clock().advance(22 * DAY);
    assert_eq!(remind(&app).await, 0);
    app.clock().advance(DAY);
    assert_eq!(remind(&app).await, 1);
    assert_eq!(remind(&app).await, 0);
    assert_eq!(mails(&app, &ada).await.len(), 2);
    // what is over is not told of
    app.clock().advance(7 * DAY);
    assert_eq!(remind(&app).await, 0);
}

#[both_stores]
async fn an_organization_that_cannot_be_written_to_keeps_nobody_from_it(app: TestApp) {
    let mut tenants = Vec::new();
    for number in 0..3 {
        let who = tenant(&app).await;
        buy_credits(&who, &format!("evt_{number}"), 1250).await;
        tenants.push(who);
    }
    let [first, broken, last] = &tenants[..] else {
        panic!("three tenants");
    };
    let nonsense = format!(
        "UPDATE users SET email = '?' WHERE email = '{}'",
        broken.email
    );
    app.tamper(&nonsense).await;
    app.clock().advance((365 - 30) * DAY);
    let failed = app.services().billing.remind_of_credits().await;
    failed.unwrap_err();
    for who in [first, last] {
        assert_eq!(mails(&app, who).await.len(), 1);
    }
    // and it is told of as soon as it can be
    let mended = format!(
        "UPDATE users SET email = '{}' WHERE email = '?'",
        broken.email
    );
    app.tamper(&mended).await;
    assert_eq!(remind(&app).await, 1);
    assert_eq!(mails(&app, broken).await.len(), 1);
}

/// It is a part of housekeeping: one instance at a time.
#[both_stores]
async fn flt_08_nobody_is_reminded_while_another_instance_has_the_turn(app: TestApp) {
    let ada = tenant(&app).await;
    buy_credits(&ada, "evt_1", 1250).await;
    app.clock().advance((365 - 30) * DAY);
    let now = app.services().now();
    let turn = app
        .store()
        .lease("housekeeping", Uuid::max(), now, now.plus_seconds(60));
    assert!(turn.await.unwrap());
    assert_eq!(remind(&app).await, 0);
    app.clock().advance(60);
    assert_eq!(remind(&app).await, 1);
}
