//! People's accounts.

use super::agents::{new_agent, register};
use super::standing::new_key;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, may, now};
use oneclaw_domain::{Agent, ApiKey, DisplayName, Email, Role, User};
use oneclaw_policy::{ChangePassword, InAccount, LogIn, ReadAgent, ReadProfile, UpdateProfile};
use oneclaw_storage::{ProfileChanges, StorageError, Store, Voided};

on_both_stores! {
    an_account_is_found_by_its_address
    a_known_login_address_is_remembered
    a_profile_changes_as_far_as_told
    a_password_changes_and_is_rehashed_only_if_unchanged
    vfy_01_an_address_is_proved_and_changes_to_one_that_is_free
    vfy_02_keys_of_who_did_not_prove_the_address_are_voided
}

async fn an_account_is_found_by_its_address(kind: Kind) {
    let world = World::on(kind).await;
    let mut reader = world.store.read().await.unwrap();
    assert!(!reader.users().any().await.unwrap());
    let (who, _other) = (world.tenant().await, world.tenant().await);
    assert!(reader.users().any().await.unwrap());
    let person = who.person();
    let found = reader
        .users()
        .find_for_login(&person.email, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.user.id, found.user.org, found.user.role),
        (who.user, who.org, Role::Owner)
    );
    assert_eq!(
        (&found.user.email, &found.user.display_name),
        (&person.email, &person.display_name)
    );
    assert_eq!(found.user.created_at, now());
    assert_eq!(found.password_hash.as_deref(), Some("$argon2id$x"));
    assert!(!found.address_known);
    let stranger = Email::parse("nobody@x.test").unwrap();
    assert!(reader.users().is_taken(&person.email).await.unwrap());
    assert!(!reader.users().is_taken(&stranger).await.unwrap());
    assert!(
        reader
            .users()
            .find_for_login(&stranger, &[[0; 32]])
            .await
            .unwrap()
            .is_none()
    );
}

async fn a_known_login_address_is_remembered(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    for later in [0, 60] {
        let mut tx = world.begin().await;
        let access = may::<LogIn>(who.account());
        tx.users()
            .remember_address(&access, &[3; 32], now().plus_seconds(later))
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
    }
    let mut reader = world.store.read().await.unwrap();
    for (whom, addresses, known) in [
        (who, vec![[3; 32]], true),
        (who, vec![[4; 32], [3; 32]], true),
        (who, vec![[4; 32]], false),
        (who, vec![], false),
        (other, vec![[3; 32], [4; 32]], false),
    ] {
        let found = reader
            .users()
            .find_for_login(&whom.person().email, &addresses)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.address_known, known);
    }
    drop(reader);
    let mut tx = world.begin().await;
    assert_eq!(tx.users().forget_addresses(of(other)).await.unwrap(), 0);
    assert_eq!(tx.users().forget_addresses(of(who)).await.unwrap(), 1);
    commit(tx, who).await.unwrap();
    let left = "SELECT count(*) AS n FROM login_addresses";
    assert_eq!(world.number(left).await, 0);
}

async fn a_profile_changes_as_far_as_told(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let name = DisplayName::parse("Grace").unwrap();
    for (changes, expected) in [
        (ProfileChanges::default(), ("Ada", false)),
        (
            ProfileChanges {
                display_name: Some(name),
                marketing_emails: None,
            },
            ("Grace", false),
        ),
        (
            ProfileChanges {
                display_name: None,
                marketing_emails: Some(true),
            },
            ("Grace", true),
        ),
    ] {
        let mut tx = world.begin().await;
        let access = may::<UpdateProfile>(who.account());
        let profile = tx
            .users()
            .update_profile(&access, &changes)
            .await
            .unwrap()
            .unwrap();
        commit(tx, who).await.unwrap();
        assert_eq!(
            (
                profile.user.display_name.as_str(),
                profile.user.marketing_emails
            ),
            expected
        );
    }
    let mut reader = world.store.read().await.unwrap();
    let profile = reader
        .users()
        .profile(&may::<ReadProfile>(who.account()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((profile.org.id, profile.has_password), (who.org, true));
    assert_eq!(profile.user.display_name.as_str(), "Grace");
    let profile = reader
        .users()
        .profile(&may::<ReadProfile>(other.account()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(profile.user.display_name.as_str(), "Ada");
}

async fn a_password_changes_and_is_rehashed_only_if_unchanged(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let change = || may::<ChangePassword>(who.account());
    let log_in = || may::<LogIn>(who.account());
    let mut tx = world.begin().await;
    let (_, hash) = tx
        .users()
        .lock(change().in_account())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(hash.as_deref(), Some("$argon2id$x"));
    tx.users()
        .set_password(change().in_account(), Some("$argon2id$y"))
        .await
        .unwrap();
    tx.users()
        .rehash_password(&log_in(), "$argon2id$x", "$argon2id$lost")
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let mut tx = world.begin().await;
    tx.users()
        .rehash_password(&log_in(), "$argon2id$y", "$argon2id$z")
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let mut tx = world.begin().await;
    assert!(
        tx.users()
            .has_password(&log_in(), "$argon2id$z")
            .await
            .unwrap()
    );
    assert!(
        !tx.users()
            .has_password(&log_in(), "$argon2id$y")
            .await
            .unwrap()
    );
    drop(tx);
    let mut reader = world.store.read().await.unwrap();
    for (whom, expected) in [(who, "$argon2id$z"), (other, "$argon2id$x")] {
        let found = reader
            .users()
            .find_for_login(&whom.person().email, &[])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.password_hash.as_deref(), Some(expected));
    }
}

fn of(who: Tenant) -> InAccount {
    may::<ReadProfile>(who.account()).in_account()
}

async fn lock(world: &World, who: Tenant) -> Option<(User, Option<String>)> {
    let mut tx = world.begin().await;
    tx.users().lock(of(who)).await.unwrap()
}

async fn vfy_01_an_address_is_proved_and_changes_to_one_that_is_free(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let mut tx = world.begin().await;
    tx.users().set_verified(of(who)).await.unwrap();
    commit(tx, who).await.unwrap();
    assert!(lock(&world, who).await.unwrap().0.email_verified);
    assert!(!lock(&world, other).await.unwrap().0.email_verified);
    let mixed = Tenant {
        org: other.org,
        user: who.user,
    };
    assert!(lock(&world, mixed).await.is_none());
    let address = Email::parse("new@x.test").unwrap();
    let mut tx = world.begin().await;
    tx.users().set_email(of(mixed), &address).await.unwrap();
    tx.users().set_email(of(other), &address).await.unwrap();
    tx.users().set_password(of(other), None).await.unwrap();
    commit(tx, other).await.unwrap();
    let mut tx = world.begin().await;
    let found = tx.users().find_by_email(&address).await.unwrap().unwrap();
    assert_eq!((found.org, found.id), (other.org, other.user));
    assert!(found.email_verified);
    let old = tx.users().find_by_email(&other.person().email).await;
    assert!(old.unwrap().is_none());
    let kept = tx.users().find_by_email(&who.person().email).await;
    assert_eq!(kept.unwrap().unwrap().id, who.user);
    let taken = tx.users().set_email(of(who), &address).await;
    assert!(matches!(taken, Err(StorageError::Conflict(name)) if name == "users_email_key"));
    drop(tx);
    assert_eq!(lock(&world, other).await.unwrap().1, None);
    assert!(lock(&world, who).await.unwrap().1.is_some());
    let mut reader = world.store.read().await.unwrap();
    let access = may::<ReadProfile>(other.account());
    let profile = reader.users().profile(&access).await.unwrap().unwrap();
    assert!(!profile.has_password);
}

/// Adds an agent and a personal key of somebody; the key has a hash of these bytes.
async fn arm(world: &World, who: Tenant, hash: u8) -> (Agent, ApiKey) {
    let (agent, key) = (new_agent(who), new_key(who));
    register(world, who, &agent).await;
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may(who.account()), &key, &[hash; 32])
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    (agent, key)
}

async fn vfy_02_keys_of_who_did_not_prove_the_address_are_voided(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Admin).await;
    let (first, _) = arm(&world, who, 1).await;
    let (second, _) = arm(&world, who, 2).await;
    let (kept, _) = arm(&world, other, 3).await;
    let key_hashes = "SELECT count(DISTINCT key_hash) AS n FROM agents";
    assert_eq!(world.number(key_hashes).await, 3);
    let at = now().plus_seconds(9);
    let mut tx = world.begin().await;
    let voided = tx.users().void_keys(of(who), at).await.unwrap();
    let again = tx.users().void_keys(of(who), at).await.unwrap();
    commit(tx, who).await.unwrap();
    let agents = vec![first.id, second.id];
    let expected = Voided {
        api_keys: 2,
        agents: agents.clone(),
    };
    assert_eq!(voided, expected);
    let expected = Voided {
        api_keys: 0,
        agents,
    };
    assert_eq!(again, expected);
    assert_eq!(world.number(key_hashes).await, 3);
    let mut reader = world.store.read().await.unwrap();
    for (agent, is_voided) in [(&first, true), (&second, true), (&kept, false)] {
        let access = may::<ReadAgent>(who.agent(agent.id));
        let found = reader.agents().find(&access).await.unwrap().unwrap();
        assert_eq!(found.key.id != agent.key.id, is_voided, "no token of it");
        let hash = super::agents::hash_of(agent);
        let by_key = reader.agents().find_by_key_hash(&hash).await.unwrap();
        assert_eq!(by_key.is_none(), is_voided, "no login with it");
    }
    for (hash, revoked_at) in [(1, Some(at)), (2, Some(at)), (3, None)] {
        let login = reader.api_keys().find_by_hash(&[hash; 32]).await.unwrap();
        assert_eq!(login.unwrap().key.revoked_at, revoked_at);
    }
}
