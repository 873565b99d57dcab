//! Who manages an organization hears of credits before they end.

use crate::steps::{DAY, buy_credits, tenant};
use oneclaw_testkit::{Person, TestApp, both_stores};

async fn mails(app: &TestApp, to: &Person) -> Vec<String> {
    let mut mails = app.mail_to(&to.email).await;
    mails.retain(|mail| mail.text().contains("can be spent until"));
    mails.iter().map(|mail| mail.text()).collect()
}

async fn remind(app: &TestApp) -> usize {
    let reminded = app.services().billing.remind_of_credits().await;
    reminded.unwrap()
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
