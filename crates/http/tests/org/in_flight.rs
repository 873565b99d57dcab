//! ORG-08: a change that is in flight while its author loses the right to it.

use crate::steps::{give, remove, rule};
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn org_08_a_change_is_before_the_demotion_of_its_author_or_it_fails(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let bob = ada.member("admin").await.at(&other);
    let eve = ada.member("member").await;
    for round in 0..20 {
        let role = if round % 2 == 0 { "admin" } else { "member" };
        let before = app.events().await.len();
        let (demotion, change) = tokio::join!(give(&ada, &bob, "member"), give(&bob, &eve, role));
        demotion.is(200);
        let events = app.events().await.split_off(before);
        match change.status {
            200 => assert_eq!(events, ["org.member_role ok", "org.member_role ok"]),
            403 => assert_eq!(
                events,
                [
                    "org.member_role ok",
                    "org.member_role denied not_org_manager"
                ]
            ),
            other => panic!("{other}: {}", change.text()),
        }
        if change.status == 200 {
            // the one whose event is later is the demotion: its author had the right before
            let last = app.audit().await.pop().unwrap();
            assert_eq!(last["actor_id"], ada.user_id.as_str(), "{last}");
        }
        give(&ada, &bob, "admin").await.is(200);
    }
}

#[both_stores]
async fn org_08_a_change_is_before_the_removal_of_its_author_or_it_fails(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    for round in 0_u8..10 {
        let bob = ada.member("admin").await.at(&other);
        let cidr = format!("192.0.2.{round}");
        let (removal, change) = tokio::join!(remove(&ada, &bob), rule(&bob, "deny", &cidr));
        removal.is(204);
        let last = app.audit().await.pop().unwrap();
        match change.status {
            201 => assert_eq!(last["action"], "org.member_remove", "{last}"),
            401 => assert_eq!(last["outcome"], "denied", "{last}"),
            other => panic!("{other}: {}", change.text()),
        }
    }
}
