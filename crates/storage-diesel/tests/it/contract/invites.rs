//! Invitations.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{Email, INVITE_TTL, Invite, InviteId, OrgId, PageSize, Recipient, Role};
use oneclaw_policy::{CancelInvite, InviteAs, InviteMember, ListInvites};
use oneclaw_storage::{InviteCursor, StorageError, Store};

on_both_stores! {
    an_invitation_comes_back_as_it_was_stored
    invitations_list_oldest_first_by_pages
    org_a_second_invitation_takes_the_place_of_the_first
    org_an_invitation_is_accepted_once_of_eight_at_once
    nobody_takes_back_for_another
    vfy_04_the_standing_invitations_of_an_address_are_found_newest_first
    the_sweep_takes_what_ended_long_ago
}

pub(super) fn new_invite(who: Tenant) -> Invite {
    let id = InviteId::from_uuid(id());
    Invite {
        id,
        org: who.org,
        email: Email::parse(&format!("i{}@x.test", id.uuid().simple())).unwrap(),
        role: Role::Admin,
        invited_by: who.user,
        created_at: now(),
        expires_at: now().plus_seconds(INVITE_TTL),
        mailed: true,
    }
}

pub(super) async fn invite(
    world: &World,
    who: Tenant,
    invite: &Invite,
    hash: [u8; 32],
) -> Option<InviteId> {
    let access = may::<InviteMember>(InviteAs {
        org: who.org,
        role: invite.role,
    });
    let mut tx = world.begin().await;
    let earlier = tx.invites().put(&access, invite, &hash).await.unwrap();
    commit(tx, who).await.unwrap();
    earlier.map(|earlier| earlier.id)
}

async fn org_of(world: &World, hash: u8) -> Option<OrgId> {
    let mut reader = world.store.read().await.unwrap();
    reader.invites().org_of(&[hash; 32]).await.unwrap()
}

async fn role_of(world: &World, who: Tenant, invite: &Invite) -> Option<Role> {
    let mut reader = world.store.read().await.unwrap();
    let role = reader.invites().role_of(who.org, invite.id).await;
    role.unwrap()
}

/// Everything of an invitation, to compare by: there is no equality of them.
fn all_of(invite: &Invite) -> String {
    format!("{invite:?}")
}

async fn an_invitation_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let sent = new_invite(who);
    assert_eq!(invite(&world, who, &sent, [1; 32]).await, None);
    assert_eq!(org_of(&world, 1).await, Some(who.org));
    assert_eq!(org_of(&world, 2).await, None);
    assert_eq!(role_of(&world, who, &sent).await, Some(Role::Admin));
    assert_eq!(role_of(&world, other, &sent).await, None);
    let mut tx = world.begin().await;
    let invites = tx.invites();
    let found = invites.lock(who.org, &[1; 32]).await.unwrap().unwrap();
    assert_eq!(all_of(&found), all_of(&sent));
    let foreign = invites.lock(other.org, &[1; 32]).await.unwrap();
    assert!(foreign.is_none());
    let org = |who: Tenant| may::<ListInvites>(who.scope()).in_org();
    let own = who.person().email;
    assert!(invites.is_member(org(who), &own).await.unwrap());
    assert!(!invites.is_member(org(other), &own).await.unwrap());
    assert!(!invites.is_member(org(who), &sent.email).await.unwrap());
}

async fn invitations_list_oldest_first_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    invite(&world, other, &new_invite(other), [99; 32]).await;
    let mut expected = Vec::new();
    for serial in 0..5_u8 {
        let mut sent = new_invite(who);
        // Two of a moment, so that the id decides.
        sent.created_at = now().plus_seconds(i64::from(serial / 2));
        invite(&world, who, &sent, [serial; 32]).await;
        expected.push(sent.id);
    }
    let mut reader = world.store.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .invites()
            .list(&may(who.scope()), after, PageSize::new(2).unwrap())
            .await
            .unwrap();
        found.extend(page.items.iter().map(|invite| invite.id));
        after = page.items.last().map(|invite| InviteCursor {
            created_at: invite.created_at,
            id: invite.id,
        });
        if !page.more {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn org_a_second_invitation_takes_the_place_of_the_first(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let first = new_invite(who);
    let second = Invite {
        id: InviteId::from_uuid(id()),
        role: Role::Member,
        ..first.clone()
    };
    let elsewhere = Invite {
        org: other.org,
        invited_by: other.user,
        id: InviteId::from_uuid(id()),
        ..first.clone()
    };
    assert_eq!(invite(&world, who, &first, [1; 32]).await, None);
    assert_eq!(invite(&world, other, &elsewhere, [3; 32]).await, None);
    let earlier = invite(&world, who, &second, [2; 32]).await;
    assert_eq!(earlier, Some(first.id));
    assert_eq!(org_of(&world, 1).await, None);
    let mut tx = world.begin().await;
    let invites = tx.invites();
    let found = invites.lock(who.org, &[2; 32]).await.unwrap().unwrap();
    assert_eq!(all_of(&found), all_of(&second));
    let kept = invites.lock(other.org, &[3; 32]).await.unwrap();
    assert!(kept.is_some());
    let access = may::<InviteMember>(InviteAs {
        org: who.org,
        role: Role::Member,
    });
    let taken = invites.put(&access, &new_invite(who), &[3; 32]).await;
    assert!(matches!(taken, Err(StorageError::Conflict(name)) if name == "invites_token_hash_key"));
}

async fn org_an_invitation_is_accepted_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let sent = new_invite(who);
    invite(&world, who, &sent, [1; 32]).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            let id = sent.id;
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let org = may::<ListInvites>(who.scope()).in_org();
                let invites = tx.invites();
                if invites.lock(who.org, &[1; 32]).await.unwrap().is_none() {
                    return false;
                }
                let accepted = invites.accept(org, id).await.unwrap();
                commit(tx, who).await.unwrap();
                accepted
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += i64::from(task.await.unwrap());
    }
    assert_eq!(accepted, 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM invites").await, 0);
}

async fn nobody_takes_back_for_another(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let sent = new_invite(who);
    invite(&world, who, &sent, [1; 32]).await;
    let mut tx = world.begin().await;
    let invites = tx.invites();
    let as_admin = |who: Tenant| InviteAs {
        org: who.org,
        role: sent.role,
    };
    let foreign = may::<CancelInvite>(as_admin(other));
    let cancelled = invites.cancel(&foreign, sent.id).await.unwrap();
    assert!(cancelled.is_none());
    let accepted = invites.accept(foreign.in_org(), sent.id).await.unwrap();
    assert!(!accepted);
    let own = may::<CancelInvite>(as_admin(who));
    let cancelled = invites.cancel(&own, sent.id).await.unwrap().unwrap();
    assert_eq!(all_of(&cancelled), all_of(&sent));
    assert!(invites.cancel(&own, sent.id).await.unwrap().is_none());
    commit(tx, who).await.unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM invites").await, 0);
}

async fn vfy_04_the_standing_invitations_of_an_address_are_found_newest_first(kind: Kind) {
    let world = World::on(kind).await;
    let address = Email::parse("ada@x.test").unwrap();
    let mut sent = Vec::new();
    for (serial, age) in [(1, 20), (2, 10), (3, 30)] {
        let who = world.tenant().await;
        let mut new = new_invite(who);
        new.email = address.clone();
        new.created_at = now().plus_seconds(-age);
        // the newest stands the shortest
        new.expires_at = now().plus_seconds(age);
        invite(&world, who, &new, [serial; 32]).await;
        sent.push((who, new));
    }
    let standing = async |at, limit| {
        let mut tx = world.begin().await;
        let found = tx.invites().standing_for(&address, at, limit).await;
        found.unwrap().iter().map(all_of).collect::<Vec<_>>()
    };
    for (at, limit, expected) in [
        (0, 9, vec![1, 0, 2]),
        (0, 2, vec![1, 0]),
        (9, 9, vec![1, 0, 2]),
        (10, 9, vec![0, 2]),
        (20, 9, vec![2]),
        (30, 9, vec![]),
    ] {
        let expected = expected.into_iter().map(|nth: usize| all_of(&sent[nth].1));
        let expected: Vec<_> = expected.collect();
        let found = standing(now().plus_seconds(at), limit).await;
        assert_eq!(found, expected, "{at}");
    }
    let other = Email::parse("grace@x.test").unwrap();
    let mut tx = world.begin().await;
    let invites = tx.invites();
    let none = invites.standing_for(&other, now(), 9).await.unwrap();
    assert!(none.is_empty());
    let ((who, mine), (_, theirs)) = (&sent[0], &sent[1]);
    let locked = invites.lock_by_id(who.org, mine.id).await.unwrap();
    assert_eq!(all_of(&locked.unwrap()), all_of(mine));
    let foreign = invites.lock_by_id(who.org, theirs.id).await.unwrap();
    assert!(foreign.is_none());
}

async fn the_sweep_takes_what_ended_long_ago(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let sent = new_invite(who);
    invite(&world, who, &sent, [1; 32]).await;
    super::enrollments::ask(&world, &super::enrollments::new_request()).await;
    let shared = super::shares::Shared::of(&world, "k", |_| {}).await;
    let until = sent.expires_at;
    shared
        .give(&world, Recipient::Link, |share| share.expires_at = until)
        .await;
    let agent = super::agents::new_agent(who);
    super::agents::register(&world, who, &agent).await;
    let mut tx = world.begin().await;
    let access = may::<oneclaw_policy::RevokeAgentToken>(who.agent(agent.id));
    let token = oneclaw_domain::TokenId::from_uuid(id());
    let until = now().plus_seconds(60);
    tx.agents()
        .revoke_token(&access, token, until, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let sweep = async |at| world.sweep(at).await;
    // a clock that was ahead may be put right: what was revoked stays so
    let until = until.plus_seconds(30 * 86_400);
    assert_eq!(sweep(until.plus_seconds(-1)).await, 0);
    assert_eq!(sweep(until).await, 1, "the revocation");
    let late = sent.expires_at.plus_seconds(30 * 86_400);
    assert_eq!(sweep(late.plus_seconds(-1)).await, 0);
    let many = sweep(late).await;
    assert_eq!(many, 3, "the invitation, the request and the share");
}
