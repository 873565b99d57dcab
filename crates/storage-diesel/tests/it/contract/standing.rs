//! What is known of a credential.

use super::sessions::{log_in, session_of};
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{
    ApiKey, ApiKeyId, ApiKeyName, AuthMethod, KeyPrefix, OrgId, Role, Scopes, SessionId, TokenId,
    UserId, VaultId,
};
use oneclaw_storage::{CredentialRef, PrincipalFacts, StandingFacts, Store};

on_both_stores! {
    a_token_stands_with_its_session
    a_revoked_token_shows
    an_ended_session_shows
    a_key_stands_by_itself_and_under_its_sessions
    nothing_is_known_of_strangers
    a_vault_and_its_epoch_come_together
}

pub(super) async fn standing(world: &World, of: CredentialRef) -> Option<StandingFacts> {
    let mut reader = world.store.read().await.unwrap();
    let before = world.store.statistics().read_round_trips;
    let found = reader.access().standing(&of).await.unwrap();
    // who it is, the policies, the rules about addresses; who is nobody needs no more
    let statements = if found.is_some() { 3 } else { 1 };
    assert_eq!(
        world.store.statistics().read_round_trips,
        before + statements
    );
    found
}

pub(super) fn role(facts: &StandingFacts) -> Option<Role> {
    match facts.who {
        PrincipalFacts::User(role) => Some(role),
        PrincipalFacts::Agent(_) => None,
    }
}

fn token(who: Tenant, session: SessionId, token: TokenId) -> CredentialRef {
    CredentialRef::Token {
        org: who.org,
        user: who.user,
        session,
        token,
    }
}

fn some_token() -> TokenId {
    TokenId::from_uuid(id())
}

async fn a_token_stands_with_its_session(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let facts = standing(&world, token(who, session.id, some_token()))
        .await
        .unwrap();
    assert_eq!((role(&facts), facts.epoch.0), (Some(Role::Owner), 0));
    assert!(facts.grants.is_empty() && facts.unreadable.is_empty() && facts.ip_rules.is_empty());
    assert!(facts.key.is_none());
    let known = facts.session.unwrap();
    assert_eq!(
        (known.method, known.auth_time),
        (AuthMethod::Password, now())
    );
    assert_eq!(known.expires_at, session.expires_at);
    assert!(!known.revoked && !known.token_revoked);
}

async fn a_revoked_token_shows(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let (revoked, other) = (some_token(), some_token());
    let mut tx = world.begin().await;
    let until = now().plus_seconds(900);
    tx.sessions()
        .revoke_token(&may(who.account()), session.id, revoked, until, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let facts = standing(&world, token(who, session.id, revoked))
        .await
        .unwrap();
    assert!(facts.session.unwrap().token_revoked);
    let facts = standing(&world, token(who, session.id, other))
        .await
        .unwrap();
    assert!(!facts.session.unwrap().token_revoked);
}

async fn an_ended_session_shows(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let session = log_in(&world, who, [1; 32]).await;
    let mut tx = world.begin().await;
    tx.sessions()
        .end(&may(who.account()), session.id, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let facts = standing(&world, token(who, session.id, some_token()))
        .await
        .unwrap();
    assert!(facts.session.unwrap().revoked);
}

pub(super) fn new_key(who: Tenant) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_uuid(id()),
        org: who.org,
        user: who.user,
        name: ApiKeyName::parse("ci").unwrap(),
        prefix: KeyPrefix::of("1ck_abcdefgh_rest"),
        scopes: Scopes::parse(vec!["secret:read".to_owned(), "odd, one".to_owned()]).unwrap(),
        created_at: now(),
        expires_at: Some(now().plus_seconds(60)),
        last_used_at: None,
        revoked_at: None,
    }
}

async fn a_key_stands_by_itself_and_under_its_sessions(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let key = new_key(who);
    let mut session = session_of(who);
    session.method = AuthMethod::ApiKey;
    session.api_key = Some(key.id);
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may(who.account()), &key, &[5; 32])
        .await
        .unwrap();
    tx.sessions()
        .insert(&may(who.account()), &session)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let direct = CredentialRef::ApiKey {
        org: who.org,
        user: who.user,
        key: key.id,
    };
    let facts = standing(&world, direct).await.unwrap();
    assert!(facts.session.is_none() && role(&facts) == Some(Role::Owner));
    let known = facts.key.unwrap();
    assert_eq!(
        (&known.scopes, known.expires_at, known.revoked),
        (&key.scopes, key.expires_at, false)
    );

    let mut tx = world.begin().await;
    assert!(
        tx.api_keys()
            .revoke(&may(who.account()), key.id, now())
            .await
            .unwrap()
    );
    assert!(
        !tx.api_keys()
            .revoke(&may(who.account()), key.id, now())
            .await
            .unwrap()
    );
    commit(tx, who).await.unwrap();
    assert!(standing(&world, direct).await.unwrap().key.unwrap().revoked);
    let under = standing(&world, token(who, session.id, some_token()))
        .await
        .unwrap();
    assert!(under.key.unwrap().revoked);
    assert_eq!(under.session.unwrap().method, AuthMethod::ApiKey);
}

async fn nothing_is_known_of_strangers(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let session = log_in(&world, who, [1; 32]).await;
    let key = new_key(who);
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may(who.account()), &key, &[5; 32])
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let mixed = Tenant {
        org: other.org,
        user: who.user,
    };
    for of in [
        token(other, session.id, some_token()),
        token(mixed, session.id, some_token()),
        token(who, SessionId::from_uuid(id()), some_token()),
        token(
            Tenant {
                user: UserId::from_uuid(id()),
                ..who
            },
            session.id,
            some_token(),
        ),
        CredentialRef::ApiKey {
            org: other.org,
            user: other.user,
            key: key.id,
        },
        CredentialRef::ApiKey {
            org: who.org,
            user: who.user,
            key: ApiKeyId::from_uuid(id()),
        },
    ] {
        assert!(standing(&world, of).await.is_none(), "{of:?}");
    }
}

async fn a_vault_and_its_epoch_come_together(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let other = world.tenant().await;
    let mut reader = world.store.read().await.unwrap();
    let (epoch, owner) = reader
        .access()
        .vault_owner(who.org, vault)
        .await
        .unwrap()
        .unwrap();
    let owner = owner.unwrap();
    assert_eq!((epoch.0, owner.org, owner.vault), (0, who.org, vault));
    assert_eq!(owner.created_by, oneclaw_domain::Principal::User(who.user));
    assert!(
        reader
            .access()
            .vault_owner(other.org, vault)
            .await
            .unwrap()
            .unwrap()
            .1
            .is_none()
    );
    let unknown = reader
        .access()
        .vault_owner(OrgId::from_uuid(id()), VaultId::from_uuid(id()));
    assert!(unknown.await.unwrap().is_none());
}
