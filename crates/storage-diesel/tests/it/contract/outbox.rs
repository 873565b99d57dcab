//! The outbox of mail.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, event, id, now};
use oneclaw_domain::{MailId, Timestamp};
use oneclaw_storage::{AttemptKey, ClaimedMail, MailOutcome, MailSubject, NewMail, Store};
use oneclaw_storage_diesel::DieselStore;
use std::collections::BTreeSet;
use uuid::Uuid;

on_both_stores! {
    mail_02_a_mail_is_there_if_its_change_was_committed_and_not_otherwise
    mail_02_a_claimed_mail_is_nobody_elses_until_its_lease_is_over
    mail_02_many_claimants_share_no_mail
    mail_04_what_is_cancelled_is_not_claimed
    mail_05_what_is_done_with_is_emptied_and_later_swept
    mail_06_what_is_not_committed_was_not_counted
}

const A: Uuid = Uuid::from_u128(0xa);
const B: Uuid = Uuid::from_u128(0xb);

fn mail(recipient: u8, about: Option<MailSubject>) -> NewMail {
    NewMail {
        id: MailId::from_uuid(id()),
        kind: "welcome",
        about,
        recipient: [recipient; 32],
        sealed: b"sealed".to_vec(),
        created_at: now(),
        not_after: Some(now().plus_seconds(7)),
    }
}

async fn enqueue(store: &DieselStore, mail: &NewMail) {
    let mut tx = store.begin().await.unwrap();
    tx.outbox().enqueue(mail).await.unwrap();
    tx.commit(event(None))
        .await
        .unwrap()
        .yields(())
        .into_inner();
}

async fn claim(store: &DieselStore, holder: Uuid, after: i64) -> Vec<ClaimedMail> {
    let now = now().plus_seconds(after);
    let until = now.plus_seconds(60);
    store.claim_mail(10, holder, now, until).await.unwrap()
}

async fn settle(store: &DieselStore, mail: MailId, holder: Uuid, outcome: MailOutcome) -> bool {
    store
        .settle_mail(mail, holder, outcome, now())
        .await
        .unwrap()
}

async fn mail_02_a_mail_is_there_if_its_change_was_committed_and_not_otherwise(kind: Kind) {
    let world = World::on(kind).await;
    let store = &world.store;
    let mut tx = store.begin().await.unwrap();
    tx.outbox().enqueue(&mail(1, None)).await.unwrap();
    drop(tx);
    assert!(claim(store, A, 0).await.is_empty());
    let kept = mail(1, None);
    enqueue(store, &kept).await;
    assert!(
        claim(store, A, -1).await.is_empty(),
        "not due before it is made"
    );
    let claimed = claim(store, A, 0).await;
    assert_eq!(claimed.len(), 1);
    let one = &claimed[0];
    assert_eq!((one.id, one.kind.as_str()), (kept.id, "welcome"));
    assert_eq!((one.sealed.as_slice(), one.attempts), (&b"sealed"[..], 1));
    assert_eq!((one.created_at, one.not_after), (now(), kept.not_after));
}

async fn mail_02_a_claimed_mail_is_nobody_elses_until_its_lease_is_over(kind: Kind) {
    let world = World::on(kind).await;
    let store = &world.store;
    let one = mail(1, None);
    enqueue(store, &one).await;
    assert_eq!(claim(store, A, 0).await.len(), 1);
    assert!(claim(store, B, 59).await.is_empty());
    let again = claim(store, B, 60).await;
    assert_eq!((again.len(), again[0].attempts), (1, 2), "taken over");
    assert!(
        !settle(store, one.id, A, MailOutcome::Sent).await,
        "overtaken"
    );
    let later = MailOutcome::Later(now().plus_seconds(200));
    assert!(settle(store, one.id, B, later).await);
    assert!(
        !settle(store, one.id, B, MailOutcome::Sent).await,
        "given back"
    );
    assert!(claim(store, A, 199).await.is_empty());
    assert_eq!(claim(store, A, 200).await[0].attempts, 3);
    assert!(settle(store, one.id, A, MailOutcome::Sent).await);
    assert!(claim(store, A, 10_000).await.is_empty());
}

async fn mail_02_many_claimants_share_no_mail(kind: Kind) {
    let world = World::on(kind).await;
    let mut all = BTreeSet::new();
    for _ in 0..40 {
        let one = mail(1, None);
        enqueue(&world.store, &one).await;
        all.insert(one.id);
    }
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move { claim(&store, Uuid::from_u128(task as u128), 0).await })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap().into_iter().map(|mail| mail.id));
    }
    // what was passed over while somebody held it is there for the next look
    claimed.extend(claim(&world.store, A, 0).await.iter().map(|mail| mail.id));
    assert_eq!(claimed.len(), 40);
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), all);
}

async fn mail_04_what_is_cancelled_is_not_claimed(kind: Kind) {
    let world = World::on(kind).await;
    let store = &world.store;
    let (x, y) = (id(), id());
    for (recipient, about) in [
        (1, Some(MailSubject::Invite(x))),
        (2, Some(MailSubject::Enrollment(x))),
        (3, Some(MailSubject::Invite(y))),
        (4, Some(MailSubject::Proof(y))),
        // a notice, which goes out whatever becomes of the address
        (4, None),
    ] {
        enqueue(store, &mail(recipient, about)).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        tx.outbox()
            .cancel(MailSubject::Invite(x), now())
            .await
            .unwrap(),
        1
    );
    assert_eq!(tx.outbox().cancel_for(&[4; 32], now()).await.unwrap(), 1);
    drop(tx);
    assert_eq!(claim(store, A, 0).await.len(), 5, "rolled back");
    let mut tx = store.begin().await.unwrap();
    let outbox = tx.outbox();
    assert_eq!(
        outbox.cancel(MailSubject::Invite(x), now()).await.unwrap(),
        1
    );
    assert_eq!(
        outbox.cancel(MailSubject::Invite(x), now()).await.unwrap(),
        0
    );
    assert_eq!(outbox.cancel_for(&[4; 32], now()).await.unwrap(), 1);
    tx.commit(event(None))
        .await
        .unwrap()
        .yields(())
        .into_inner();
    assert_eq!(claim(store, B, 60).await.len(), 3);
}

async fn mail_05_what_is_done_with_is_emptied_and_later_swept(kind: Kind) {
    let world = World::on(kind).await;
    let store = &world.store;
    let about = Some(MailSubject::Invite(id()));
    for outcome in [MailOutcome::Sent, MailOutcome::Parked, MailOutcome::Expired] {
        let one = mail(1, about);
        enqueue(store, &one).await;
        assert_eq!(claim(store, A, 0).await.len(), 1);
        assert!(settle(store, one.id, A, outcome).await);
        assert!(!settle(store, one.id, A, outcome).await, "once");
    }
    enqueue(store, &mail(1, about)).await;
    let left = "SELECT CAST(count(*) AS TEXT) AS text FROM mail_outbox WHERE state <> 'waiting' AND \
        sealed IS NULL AND recipient IS NULL AND subject_id IS NULL AND subject_kind IS NULL AND \
        holder IS NULL AND finished_at IS NOT NULL";
    assert_eq!(store.raw_rows(left).await.unwrap(), ["3"]);
    let day = |days: i64| -> Timestamp { now().plus_seconds(days * 86_400) };
    world.sweep(day(29)).await;
    assert_eq!(store.raw_rows(left).await.unwrap(), ["3"]);
    world.sweep(day(30)).await;
    assert_eq!(store.raw_rows(left).await.unwrap(), ["0"]);
    assert_eq!(claim(store, A, 0).await.len(), 1, "what waits is not swept");
}

async fn mail_06_what_is_not_committed_was_not_counted(kind: Kind) {
    let world = World::on(kind).await;
    let key = AttemptKey([7; 32]);
    for (commits, count) in [(false, 1), (true, 1), (false, 2), (true, 2)] {
        let mut tx = world.store.begin().await.unwrap();
        let seen = tx.outbox().count_mail(key, now(), 10, 60).await.unwrap();
        assert_eq!(seen.count, count);
        if commits {
            tx.commit(event(None))
                .await
                .unwrap()
                .yields(())
                .into_inner();
        }
    }
}
