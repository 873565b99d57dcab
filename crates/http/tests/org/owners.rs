//! ORG-02: an organization always has an owner.

use crate::steps::{give, remove, roles};
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn org_02_the_last_owner_stays(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("admin").await;
    let before = roles(&app).await;
    for role in ["admin", "member"] {
        give(&ada, &ada, role).await.is_problem(409);
        assert_eq!(app.last_event().await, "org.member_role denied conflict");
    }
    remove(&ada, &ada).await.is_problem(409);
    assert_eq!(app.last_event().await, "org.member_remove denied conflict");
    assert_eq!(roles(&app).await, before);
    // to say what is so is no change of it
    give(&ada, &ada, "owner").await.is(200);

    give(&ada, &bob, "owner").await.is(200);
    give(&ada, &ada, "member").await.is(200);
    give(&ada, &bob, "member").await.is_problem(403);
    remove(&bob, &bob).await.is_problem(409);
    give(&bob, &ada, "owner").await.is(200);
    remove(&bob, &bob).await.is(204);
    bob.get("/v1/auth/me").await.is_problem(401);
    remove(&ada, &ada).await.is_problem(409);
}

/// Another organization's owner does not count.
#[both_stores]
async fn org_02_owners_of_others_do_not_count(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    give(&eve, &eve, "admin").await.is_problem(409);
    remove(&ada, &ada).await.is_problem(409);
    give(&eve, &ada, "member").await.is_problem(404);
    remove(&eve, &ada).await.is_problem(404);
}

#[both_stores]
async fn org_02_of_two_owners_who_demote_each_other_one_stays(app: TestApp) {
    let other = app.another_instance().await;
    let mut ada = app.owner().await;
    let mut bob = ada.member("owner").await.at(&other);
    for round in 0..10 {
        let (of_bob, of_ada) = if round % 3 == 2 {
            tokio::join!(remove(&ada, &bob), give(&bob, &ada, "member"))
        } else {
            tokio::join!(give(&ada, &bob, "admin"), give(&bob, &ada, "member"))
        };
        let owners = "SELECT email AS text FROM users WHERE role = 'owner'";
        let left = app.rows(owners).await;
        let (ada_won, bob_won) = (of_bob.status / 100 == 2, of_ada.status / 100 == 2);
        assert!(ada_won != bob_won, "{of_bob:?} {of_ada:?}");
        let winner = if ada_won { &ada } else { &bob };
        assert_eq!(left, std::slice::from_ref(&winner.email));
        let lost = if ada_won { &of_ada } else { &of_bob };
        assert!([401, 403].contains(&lost.status), "{lost:?}");
        if ada_won && of_bob.status == 204 {
            bob = ada.member("owner").await.at(&other);
        } else if ada_won {
            give(&ada, &bob, "owner").await.is(200);
        } else {
            give(&bob, &ada, "owner").await.is(200);
        }
        std::mem::swap(&mut ada, &mut bob);
        ada = ada.at(&app);
        bob = bob.at(&other);
    }
}
