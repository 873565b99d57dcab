//! Who people are to OpenID Connect issuers.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, may, now};
use oneclaw_domain::{AuthMethod, FederatedIdentity, OrgId, Role, UserId};
use oneclaw_policy::{LinkIdentity, ReadProfile};
use oneclaw_storage::{StorageError, Store};

on_both_stores! {
    goo_03_an_identity_is_its_issuer_and_subject_together
    an_identity_is_tied_once_of_eight_at_once
    identities_go_with_their_account
    an_account_is_untied_alone
}

fn identity(issuer: &str, subject: &str) -> FederatedIdentity {
    FederatedIdentity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
    }
}

async fn tie(
    store: &dyn Store,
    who: Tenant,
    identity: &FederatedIdentity,
) -> Result<(), StorageError> {
    let mut tx = store.begin().await?;
    let access = may::<LinkIdentity>(who.account());
    tx.identities().insert(&access, identity, now()).await?;
    commit(tx, who).await
}

async fn account_of(world: &World, issuer: &str, subject: &str) -> Option<(OrgId, UserId)> {
    let mut tx = world.begin().await;
    let found = tx.identities().account_of(&identity(issuer, subject)).await;
    found.unwrap()
}

async fn is_linked(world: &World, who: Tenant, issuer: &str) -> bool {
    let mut tx = world.begin().await;
    let access = may::<LinkIdentity>(who.account());
    tx.identities().is_linked(&access, issuer).await.unwrap()
}

async fn goo_03_an_identity_is_its_issuer_and_subject_together(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    let (one, two) = ("https://one.test", "https://two.test");
    tie(&world.store, who, &identity(one, "7")).await.unwrap();
    tie(&world.store, other, &identity(two, "7")).await.unwrap();
    let (mine, theirs) = (Some((who.org, who.user)), Some((other.org, other.user)));
    assert_eq!(account_of(&world, one, "7").await, mine);
    assert_eq!(account_of(&world, two, "7").await, theirs);
    for (issuer, subject) in [(one, "8"), (one, ""), ("https://ONE.test", "7")] {
        assert_eq!(account_of(&world, issuer, subject).await, None);
    }
    assert!(is_linked(&world, who, one).await);
    assert!(!is_linked(&world, who, two).await);
    assert!(!is_linked(&world, other, one).await);
}

async fn an_identity_is_tied_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            let whose = if task < 4 { who } else { other };
            let identity = identity("https://one.test", "7");
            tokio::spawn(async move { tie(&store, whose, &identity).await })
        })
        .collect();
    let mut tied = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => tied += 1,
            Err(StorageError::Conflict(name)) => assert_eq!(name, "identities_issuer_subject_key"),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(tied, 1);
}

async fn identities_go_with_their_account(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let gone = world.member(who, Role::Member).await;
    let tied = identity("https://one.test", "7");
    tie(&world.store, gone, &tied).await.unwrap();
    let mut tx = world.begin().await;
    let account = may::<ReadProfile>(gone.account()).in_account();
    tx.members().remove(account).await.unwrap();
    commit(tx, who).await.unwrap();
    assert_eq!(account_of(&world, &tied.issuer, "7").await, None);
    tie(&world.store, who, &tied).await.unwrap();
}

async fn an_account_is_untied_alone(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    let (one, two) = ("https://one.test", "https://two.test");
    tie(&world.store, who, &identity(one, "7")).await.unwrap();
    tie(&world.store, who, &identity(two, "7")).await.unwrap();
    tie(&world.store, other, &identity(one, "8")).await.unwrap();
    let mut tx = world.begin().await;
    let account = may::<ReadProfile>(who.account()).in_account();
    assert_eq!(tx.identities().untie(account).await.unwrap(), 2);
    assert_eq!(tx.identities().untie(account).await.unwrap(), 0);
    let (user, _) = tx.users().lock(account).await.unwrap().unwrap();
    assert_eq!(user.auth_method, AuthMethod::Password);
    commit(tx, who).await.unwrap();
    assert_eq!(account_of(&world, one, "7").await, None);
    assert!(!is_linked(&world, who, two).await);
    assert!(is_linked(&world, other, one).await);
}
