//! What a read costs: one round trip, and its share of a commit of the journal.

use futures_util::future::join_all;
use oneclaw_services::Store as _;
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn a_warm_read_is_one_round_trip_and_one_event(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "swordfish").await;
    ada.read(&vault, "db/password").await.is(200);
    for _ in 0..5 {
        let before = app.store().statistics();
        ada.read(&vault, "db/password").await.is(200);
        let after = app.store().statistics();
        assert_eq!(after.read_round_trips - before.read_round_trips, 1);
        assert_eq!(after.write_round_trips - before.write_round_trips, 0);
        assert_eq!(after.journal_events - before.journal_events, 1);
        assert_eq!(after.journal_commits - before.journal_commits, 1);
    }
}

/// A change of access costs the next read three more round trips, and no more: who it is, the
/// policies that name them, the rules about addresses.
#[both_stores]
async fn after_a_change_of_access_a_read_looks_once_more(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "swordfish").await;
    let (key, id) = ada.api_key(serde_json::json!({ "name": "k" })).await;
    ada.with(&key).read(&vault, "db/password").await.is(200);
    ada.read(&vault, "db/password").await.is(200);
    ada.delete(&format!("/v1/auth/api-keys/{id}")).await.is(204);
    for round_trips in [4, 1] {
        let before = app.store().statistics();
        ada.read(&vault, "db/password").await.is(200);
        let after = app.store().statistics();
        let used = after.read_round_trips - before.read_round_trips;
        assert_eq!(used, round_trips);
    }
}

#[both_stores]
async fn concurrent_reads_share_commits_of_the_journal(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "swordfish").await;
    ada.read(&vault, "db/password").await.is(200);
    let before = app.store().statistics();
    for _ in 0..4 {
        let answers = join_all((0..64).map(|_| ada.read(&vault, "db/password"))).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
    }
    let after = app.store().statistics();
    assert_eq!(after.journal_events - before.journal_events, 256);
    assert_eq!(after.read_round_trips - before.read_round_trips, 256);
    assert_eq!(after.write_round_trips - before.write_round_trips, 0);
    let commits = after.journal_commits - before.journal_commits;
    assert!(commits < 256, "every read had a commit of its own");
}
