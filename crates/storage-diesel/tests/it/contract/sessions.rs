//! Sessions and their tokens.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{AuthMethod, Session, SessionId, TokenId};
use oneclaw_policy::{EndSession, LogIn};
use oneclaw_storage::{CredentialRef, NewRefreshToken, RefreshToken, StorageError, Store};

on_both_stores! {
    a_refresh_token_is_spent_once_of_eight_at_once
    an_ended_session_shows_on_its_refresh_tokens
    ending_the_others_keeps_one
    a_revoked_token_takes_the_refresh_tokens_of_its_session
    nobody_ends_or_revokes_for_another
    a_session_comes_back_as_it_was_opened
    the_sweep_takes_what_is_over
}

pub(super) fn session_of(who: Tenant) -> Session {
    Session {
        id: SessionId::from_uuid(id()),
        org: who.org,
        user: who.user,
        method: AuthMethod::Password,
        second_factor: false,
        api_key: None,
        auth_time: now(),
        expires_at: now().plus_seconds(90 * 86400),
    }
}

pub(super) async fn log_in(world: &World, who: Tenant, hash: [u8; 32]) -> Session {
    let session = session_of(who);
    open(world, &session, hash).await;
    session
}

/// Opens a session with one refresh token.
async fn open(world: &World, session: &Session, hash: [u8; 32]) {
    let who = Tenant {
        org: session.org,
        user: session.user,
    };
    let mut tx = world.begin().await;
    tx.sessions()
        .insert(&may(who.account()), session)
        .await
        .unwrap();
    let token = NewRefreshToken {
        hash,
        session: session.id,
        expires_at: now().plus_seconds(30 * 86400),
    };
    tx.sessions()
        .insert_refresh(&may(who.account()), &token)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
}

async fn refresh_of(world: &World, who: Tenant, hash: &[u8; 32]) -> Option<RefreshToken> {
    world
        .begin()
        .await
        .sessions()
        .lock_refresh(who.org, hash)
        .await
        .unwrap()
}

async fn spend(store: &dyn Store, who: Tenant, hash: [u8; 32]) -> Result<bool, StorageError> {
    let mut tx = store.begin().await?;
    assert_eq!(tx.sessions().refresh_org(&hash).await?, Some(who.org));
    let found = tx.sessions().lock_refresh(who.org, &hash).await?.unwrap();
    if found.spent {
        return Ok(false);
    }
    tx.sessions()
        .spend_refresh(&may::<LogIn>(who.account()), &hash, now())
        .await?;
    commit(tx, who).await?;
    Ok(true)
}

async fn a_refresh_token_is_spent_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let found = refresh_of(&world, who, &[1; 32]).await.unwrap();
    assert_eq!((found.session.id, found.user.id), (session.id, who.user));
    assert!(!found.spent && !found.session_revoked);
    assert_eq!(found.expires_at, now().plus_seconds(30 * 86400));
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move { spend(&store, who, [1; 32]).await.unwrap() })
        })
        .collect();
    let mut spent = 0;
    for task in tasks {
        spent += usize::from(task.await.unwrap());
    }
    assert_eq!(spent, 1);
    assert!(refresh_of(&world, who, &[1; 32]).await.unwrap().spent);
    let other = world.tenant().await;
    assert!(refresh_of(&world, other, &[1; 32]).await.is_none());
    assert!(
        world
            .begin()
            .await
            .sessions()
            .refresh_org(&[9; 32])
            .await
            .unwrap()
            .is_none()
    );
}

async fn an_ended_session_shows_on_its_refresh_tokens(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let mut tx = world.begin().await;
    tx.sessions()
        .end(&may(who.account()), session.id, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    assert!(
        refresh_of(&world, who, &[1; 32])
            .await
            .unwrap()
            .session_revoked
    );
}

async fn ending_the_others_keeps_one(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let kept = log_in(&world, who, [1; 32]).await;
    log_in(&world, who, [2; 32]).await;
    let other = world.tenant().await;
    log_in(&world, other, [3; 32]).await;
    let mut tx = world.begin().await;
    tx.sessions()
        .end_others(
            may::<EndSession>(who.account()).in_account(),
            Some(kept.id),
            now(),
        )
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    assert!(
        !refresh_of(&world, who, &[1; 32])
            .await
            .unwrap()
            .session_revoked
    );
    assert!(
        refresh_of(&world, who, &[2; 32])
            .await
            .unwrap()
            .session_revoked
    );
    assert!(
        !refresh_of(&world, other, &[3; 32])
            .await
            .unwrap()
            .session_revoked
    );
    let mut tx = world.begin().await;
    tx.sessions()
        .end_others(may::<EndSession>(who.account()).in_account(), None, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    assert!(
        refresh_of(&world, who, &[1; 32])
            .await
            .unwrap()
            .session_revoked
    );
}

async fn a_revoked_token_takes_the_refresh_tokens_of_its_session(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    log_in(&world, who, [2; 32]).await;
    let token = TokenId::from_uuid(id());
    for _ in 0..2 {
        let mut tx = world.begin().await;
        let until = now().plus_seconds(900);
        tx.sessions()
            .revoke_token(&may(who.account()), session.id, token, until, now())
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
    }
    assert!(refresh_of(&world, who, &[1; 32]).await.is_none());
    assert!(refresh_of(&world, who, &[2; 32]).await.is_some());
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM revoked_tokens")
            .await,
        1
    );
}

async fn nobody_ends_or_revokes_for_another(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let session = log_in(&world, who, [1; 32]).await;
    let mut tx = world.begin().await;
    tx.sessions()
        .end(&may(other.account()), session.id, now())
        .await
        .unwrap();
    let token = TokenId::from_uuid(id());
    tx.sessions()
        .revoke_token(&may(other.account()), session.id, token, now(), now())
        .await
        .unwrap();
    tx.sessions()
        .spend_refresh(&may(other.account()), &[1; 32], now())
        .await
        .unwrap();
    commit(tx, other).await.unwrap();
    let found = refresh_of(&world, who, &[1; 32]).await.unwrap();
    assert!(!found.session_revoked && !found.spent);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM revoked_tokens")
            .await,
        0
    );
}

async fn a_session_comes_back_as_it_was_opened(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let methods = [
        AuthMethod::Password,
        AuthMethod::Google,
        AuthMethod::ApiKey,
        AuthMethod::Device,
    ];
    for (serial, method) in (1..).zip(methods) {
        for second_factor in [false, true] {
            let hash = [serial * 2 + u8::from(second_factor); 32];
            let mut session = session_of(who);
            (session.method, session.second_factor) = (method, second_factor);
            open(&world, &session, hash).await;
            let found = refresh_of(&world, who, &hash).await.unwrap().session;
            assert_eq!(format!("{found:?}"), format!("{session:?}"));
            let shown = CredentialRef::Token {
                org: who.org,
                user: who.user,
                session: session.id,
                token: TokenId::from_uuid(id()),
            };
            let mut reader = world.store.read().await.unwrap();
            let facts = reader.access().standing(&shown).await.unwrap();
            let known = facts.unwrap().session.unwrap();
            assert_eq!((known.method, known.second_factor), (method, second_factor));
        }
    }
    // Who does not know of devices takes theirs for a key's, which may do less.
    let keys = "SELECT count(*) AS n FROM sessions WHERE method = 'api_key'";
    assert_eq!(world.number(keys).await, 4);
    world
        .tamper("UPDATE sessions SET method = 'password' WHERE method = 'api_key'")
        .await;
    let mut tx = world.begin().await;
    let broken = tx.sessions().lock_refresh(who.org, &[8; 32]).await;
    assert!(matches!(broken, Err(StorageError::Corrupt(_))));
}

async fn the_sweep_takes_what_is_over(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let mut tx = world.begin().await;
    let token = NewRefreshToken {
        hash: [2; 32],
        session: session.id,
        expires_at: now(),
    };
    tx.sessions()
        .insert_refresh(&may(who.account()), &token)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    world
        .store
        .count_attempt(oneclaw_storage::AttemptKey([1; 32]), now(), 1_000_000, 60)
        .await
        .unwrap();
    assert_eq!(world.sweep(now()).await, 1, "the token that ends now");
    assert!(refresh_of(&world, who, &[1; 32]).await.is_some());
    assert_eq!(world.sweep(now().plus_seconds(60)).await, 1, "the window");
    let swept = world.sweep(now().plus_seconds(90 * 86400)).await;
    assert_eq!(swept, 2, "the refresh token and the session");
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions").await, 0);
    assert_eq!(world.sweep(now()).await, 0);
}
