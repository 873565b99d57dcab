//! Tokens and codes by which people prove something about their accounts.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, may, now};
use oneclaw_domain::{ProofKind, Role};
use oneclaw_policy::{InAccount, ReadProfile};
use oneclaw_storage::{NewProof, Proof, StorageError, Store};

on_both_stores! {
    a_proof_comes_back_as_it_was_stored
    kinds_and_accounts_are_never_taken_for_each_other
    vfy_03_a_proof_is_spent_once_of_eight_at_once
    mfa_03_wrong_codes_are_counted_on_their_own_proof
    the_newest_of_a_kind_is_found
    kinds_are_voided_for_one_account
    proofs_go_with_their_account
    the_sweep_takes_proofs_a_day_after_their_end
}

fn of(who: Tenant) -> InAccount {
    may::<ReadProfile>(who.account()).in_account()
}

fn proof(kind: ProofKind, hash: u8) -> NewProof {
    NewProof {
        kind,
        hash: [hash; 32],
        about: Some("account.delete".to_owned()),
        created_at: now().plus_seconds(i64::from(hash)),
        expires_at: now().plus_seconds(kind.ttl()),
    }
}

async fn insert(world: &World, who: Tenant, proof: &NewProof) {
    let mut tx = world.begin().await;
    tx.proofs().insert(of(who), proof).await.unwrap();
    commit(tx, who).await.unwrap();
}

async fn found(world: &World, who: Tenant, kind: ProofKind, hash: u8) -> Option<Proof> {
    let mut tx = world.begin().await;
    let found = tx.proofs().lock(of(who), kind, &[hash; 32]).await;
    found.unwrap()
}

async fn a_proof_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    for (hash, kind) in (1..).zip(ProofKind::ALL.iter().copied()) {
        let mut stored = proof(kind, hash);
        if hash == 1 {
            stored.about = None;
        }
        insert(&world, who, &stored).await;
        let back = found(&world, who, kind, hash).await.unwrap();
        assert_eq!(
            (back.kind, back.hash, &back.about),
            (kind, stored.hash, &stored.about)
        );
        assert_eq!((back.org, back.user), (who.org, who.user));
        assert_eq!((back.failures, back.expires_at), (0, stored.expires_at));
        let mut tx = world.begin().await;
        let whose = tx.proofs().account_of(kind, &stored.hash).await.unwrap();
        assert_eq!(whose, Some((who.org, who.user)));
    }
    let mut tx = world.begin().await;
    let twice = proof(ProofKind::Reset, 1);
    let taken = tx.proofs().insert(of(who), &twice).await;
    assert!(matches!(taken, Err(StorageError::Conflict(_))));
}

async fn kinds_and_accounts_are_never_taken_for_each_other(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let colleague = world.member(who, Role::Owner).await;
    insert(&world, who, &proof(ProofKind::Reset, 1)).await;
    let mixed = Tenant {
        org: world.tenant().await.org,
        user: who.user,
    };
    for (whose, kind) in [
        (who, ProofKind::Verification),
        (colleague, ProofKind::Reset),
        (mixed, ProofKind::Reset),
    ] {
        assert!(found(&world, whose, kind, 1).await.is_none());
        let mut tx = world.begin().await;
        let proofs = tx.proofs();
        let newest = proofs.lock_newest(of(whose), kind).await.unwrap();
        assert!(newest.is_none());
        proofs
            .count_failure(of(whose), kind, &[1; 32])
            .await
            .unwrap();
        assert!(!proofs.spend(of(whose), kind, &[1; 32]).await.unwrap());
        assert_eq!(proofs.void(of(whose), &[kind]).await.unwrap(), 0);
        commit(tx, who).await.unwrap();
    }
    let mut tx = world.begin().await;
    let proofs = tx.proofs();
    let other_kind = proofs.account_of(ProofKind::Challenge, &[1; 32]).await;
    assert_eq!(other_kind.unwrap(), None);
    let unknown = proofs.account_of(ProofKind::Reset, &[2; 32]).await;
    assert_eq!(unknown.unwrap(), None);
    drop(tx);
    let kept = found(&world, who, ProofKind::Reset, 1).await.unwrap();
    assert_eq!(kept.failures, 0);
}

async fn vfy_03_a_proof_is_spent_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    insert(&world, who, &proof(ProofKind::Verification, 1)).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let proofs = tx.proofs();
                let spent = proofs.spend(of(who), ProofKind::Verification, &[1; 32]);
                let spent = spent.await.unwrap();
                commit(tx, who).await.unwrap();
                spent
            })
        })
        .collect();
    let mut spent = 0;
    for task in tasks {
        spent += i64::from(task.await.unwrap());
    }
    assert_eq!(spent, 1);
    assert!(
        found(&world, who, ProofKind::Verification, 1)
            .await
            .is_none()
    );
}

async fn mfa_03_wrong_codes_are_counted_on_their_own_proof(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    for hash in [1, 2] {
        insert(&world, who, &proof(ProofKind::Challenge, hash)).await;
    }
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..6)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let proofs = tx.proofs();
                let counted = proofs.count_failure(of(who), ProofKind::Challenge, &[1; 32]);
                counted.await.unwrap();
                commit(tx, who).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for (hash, failures) in [(1, 6), (2, 0)] {
        let counted = found(&world, who, ProofKind::Challenge, hash).await;
        assert_eq!(counted.unwrap().failures, failures);
    }
}

async fn the_newest_of_a_kind_is_found(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    for hash in [2, 3, 1] {
        insert(&world, who, &proof(ProofKind::EmailChange, hash)).await;
    }
    insert(&world, who, &proof(ProofKind::Reset, 9)).await;
    let mut tx = world.begin().await;
    let newest = tx
        .proofs()
        .lock_newest(of(who), ProofKind::EmailChange)
        .await;
    assert_eq!(newest.unwrap().unwrap().hash, [3; 32]);
}

async fn kinds_are_voided_for_one_account(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    for (whose, kind, hash) in [
        (who, ProofKind::Reset, 1),
        (who, ProofKind::Reset, 2),
        (who, ProofKind::Challenge, 3),
        (who, ProofKind::StepUp, 4),
        (other, ProofKind::Reset, 5),
    ] {
        insert(&world, whose, &proof(kind, hash)).await;
    }
    let mut tx = world.begin().await;
    let kinds = [ProofKind::Reset, ProofKind::Challenge];
    assert_eq!(tx.proofs().void(of(who), &kinds).await.unwrap(), 3);
    assert_eq!(tx.proofs().void(of(who), &[]).await.unwrap(), 0);
    commit(tx, who).await.unwrap();
    assert!(found(&world, who, ProofKind::StepUp, 4).await.is_some());
    assert!(found(&world, other, ProofKind::Reset, 5).await.is_some());
    let left = "SELECT count(*) AS n FROM account_proofs";
    assert_eq!(world.number(left).await, 2);
}

async fn proofs_go_with_their_account(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let gone = world.member(who, Role::Member).await;
    insert(&world, who, &proof(ProofKind::Reset, 1)).await;
    insert(&world, gone, &proof(ProofKind::Reset, 2)).await;
    let mut tx = world.begin().await;
    tx.members().remove(of(gone)).await.unwrap();
    commit(tx, who).await.unwrap();
    assert!(found(&world, gone, ProofKind::Reset, 2).await.is_none());
    assert!(found(&world, who, ProofKind::Reset, 1).await.is_some());
    let mut tx = world.begin().await;
    let nobodys = proof(ProofKind::Reset, 3);
    let refused = tx.proofs().insert(of(gone), &nobodys).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))));
}

async fn the_sweep_takes_proofs_a_day_after_their_end(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let stored = proof(ProofKind::StepUp, 1);
    insert(&world, who, &stored).await;
    insert(&world, who, &proof(ProofKind::Verification, 2)).await;
    let end = stored.expires_at.plus_seconds(86_400);
    assert_eq!(world.sweep(end.plus_seconds(-1)).await, 0);
    assert!(found(&world, who, ProofKind::StepUp, 1).await.is_some());
    assert_eq!(world.sweep(end).await, 1);
    assert!(found(&world, who, ProofKind::StepUp, 1).await.is_none());
    assert!(
        found(&world, who, ProofKind::Verification, 2)
            .await
            .is_some()
    );
}
