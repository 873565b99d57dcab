//! People's accounts.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, commit, may, now};
use oneclaw_domain::{DisplayName, Email, Role};
use oneclaw_policy::{ChangePassword, LogIn, ReadProfile, UpdateProfile};
use oneclaw_storage::{ProfileChanges, Store};

on_both_stores! {
    an_account_is_found_by_its_address
    a_known_login_address_is_remembered
    a_profile_changes_as_far_as_told
    a_password_changes_and_is_rehashed_only_if_unchanged
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
        .find_for_login(&person.email, &[0; 32])
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
            .find_for_login(&stranger, &[0; 32])
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
    for (whom, address, known) in [
        (who, [3; 32], true),
        (who, [4; 32], false),
        (other, [3; 32], false),
    ] {
        let found = reader
            .users()
            .find_for_login(&whom.person().email, &address)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.address_known, known);
    }
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
        .find_for_password_change(&change())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(hash.as_deref(), Some("$argon2id$x"));
    tx.users()
        .set_password(&change(), "$argon2id$y")
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
            .find_for_login(&whom.person().email, &[0; 32])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.password_hash.as_deref(), Some(expected));
    }
}
