//! How shares end: by who answers them, and with whom and what they hang on. None of it waits for
//! the journal while that waits for it.

use super::shares::{Shared, at, end, reader_of, revoke, seen};
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now, put};
use oneclaw_domain::{Email, Recipient, Role, SecretId, Share, ShareId, ShareReader};
use oneclaw_policy::{DeleteAccount, DeleteSecret, DeleteVault, ListShares, RotateSecret, ShareAt};
use oneclaw_storage::{LockMode, Store, Tx};
use std::time::Duration;
use tokio::task::JoinHandle;

on_both_stores! {
    shr_05_a_share_is_answered_by_its_recipient_alone
    each_way_to_end_shares_ends_those_alone
    shr_09_a_deleted_secret_is_shared_no_more
    a_secret_is_not_deleted_while_it_is_shared
    what_goes_with_a_vault_or_all_is_told
    flt_06_shares_made_and_given_end_in_one_order
    flt_06_agents_end_after_the_versions_are_held
    flt_06_an_organization_ends_after_the_versions_are_held
}

const SOON: Duration = Duration::from_millis(150);

fn sorted(mut ids: Vec<ShareId>) -> Vec<ShareId> {
    ids.sort_unstable();
    ids
}

async fn shr_05_a_share_is_answered_by_its_recipient_alone(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, outsider) = (shared.who, world.tenant().await);
    let member = world.member(who, Role::Member).await;
    let email = Recipient::Email(Email::parse("bob@x.test").unwrap());
    let to_member = shared
        .give(&world, Recipient::User(member.user), |_| {})
        .await;
    let to_email = shared.give(&world, email, |_| {}).await;
    let link = shared.give(&world, Recipient::Link, |_| {}).await;
    let (mine, others) = (Some(member.principal()), Some(outsider.principal()));
    let mut tx = world.begin().await;
    for (share, reader, theirs) in [
        (&to_member, reader_of(mine, None), true),
        (&to_member, reader_of(others, Some("bob@x.test")), false),
        (&to_member, ShareReader::default(), false),
        (&to_email, reader_of(others, Some("bob@x.test")), true),
        (&to_email, reader_of(mine, None), false),
        (&link, reader_of(mine, Some("bob@x.test")), false),
    ] {
        let locked = tx.shares().lock_for(share.id, &reader).await.unwrap();
        assert_eq!(locked.is_some(), theirs, "{reader:?}");
        assert!(locked.is_none_or(|locked| locked.path.as_str() == "k"));
    }
    let unknown = ShareId::from_uuid(id());
    let reader = reader_of(mine, Some("bob@x.test"));
    let locked = tx.shares().lock_for(unknown, &reader).await.unwrap();
    assert!(locked.is_none());
    commit(tx, who).await.unwrap();
    assert!(end(&world, who, &to_member).await);
    let mut tx = world.begin().await;
    let locked = tx.shares().lock_for(to_member.id, &reader).await.unwrap();
    assert!(locked.is_none(), "it has ended");
}

async fn each_way_to_end_shares_ends_those_alone(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, outsider) = (shared.who, world.tenant().await);
    let member = world.member(who, Role::Member).await;
    let to_member = shared
        .give(&world, Recipient::User(member.user), |_| {})
        .await;
    let as_creator = shared
        .give(&world, Recipient::Creator(member.user), |_| {})
        .await;
    let by_member = shared.give(&world, Recipient::Link, |share| {
        share.created_by = member.principal();
    });
    let by_member = by_member.await;
    let link = shared.give(&world, Recipient::Link, |_| {}).await;
    let others = shared.give(&world, Recipient::Link, |_| {}).await;

    let foreign = ShareAt {
        org: outsider.org,
        ..at(&link)
    };
    assert!(!revoke(&world, outsider, foreign).await);
    let not_theirs = ShareAt {
        maker: member.principal(),
        ..at(&link)
    };
    assert!(
        !revoke(&world, who, not_theirs).await,
        "a right to end what somebody else made ended it"
    );
    let mut reader = world.store.read().await.unwrap();
    assert!(end(&world, who, &link).await);
    assert!(!end(&world, who, &link).await, "it ended twice");
    assert!(seen(&world, &link).await.is_none());
    let gone = reader.shares().find_to_read(link.id).await.unwrap();
    assert!(gone.is_none());

    let of = |who: Tenant| may::<ListShares>(who.scope()).in_org();
    let mut tx = world.begin().await;
    let shares = tx.shares();
    let whose = [member.principal()];
    let none = shares.revoke_of(of(outsider), &whose, now()).await;
    assert!(none.unwrap().is_empty());
    let none = shares.revoke_of(of(who), &[], now()).await;
    assert!(none.unwrap().is_empty());
    let ended = shares.revoke_of(of(who), &whose, now()).await.unwrap();
    commit(tx, who).await.unwrap();
    let theirs = [&to_member, &as_creator, &by_member];
    assert_eq!(sorted(ended), sorted(theirs.map(|share| share.id).to_vec()));
    for share in theirs {
        assert!(seen(&world, share).await.is_none());
    }
    assert!(seen(&world, &others).await.is_some());
}

async fn shr_09_a_deleted_secret_is_shared_no_more(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, secret) = (shared.who, shared.version.secret);
    let place = who.at(shared.vault, "k");
    let beside = put(&world.store, who, &who.at(shared.vault, "l"), |_| {}).await;
    let beside = beside.unwrap().secret;
    let share = shared.give(&world, Recipient::Link, |_| {}).await;
    let outsider = world.tenant().await;
    let mut reader = world.store.read().await.unwrap();
    let located = reader.shares().locate(who.org, secret).await.unwrap();
    assert_eq!(located, Some(place.clone()));
    let elsewhere = reader.shares().locate(outsider.org, secret).await.unwrap();
    assert_eq!(elsewhere, None);

    let mut tx = world.begin().await;
    let gone = may::<DeleteSecret>(place.clone());
    let ended = tx.secrets().delete(&gone, now()).await.unwrap();
    assert_eq!(ended, [share.id]);
    commit(tx, who).await.unwrap();
    let located = reader.shares().locate(who.org, secret).await.unwrap();
    assert_eq!(located, Some(place.clone()));
    assert!(seen(&world, &share).await.is_none());
    let mut tx = world.begin().await;
    let access = shared.access();
    assert!(!tx.shares().lock_secret(&access, secret).await.unwrap());
    commit(tx, who).await.unwrap();

    let again = put(&world.store, who, &place, |_| {}).await.unwrap();
    assert_eq!(again.secret, secret);
    assert!(seen(&world, &share).await.is_none(), "it lives again");
    let found = reader.shares().find_to_read(share.id).await.unwrap();
    assert!(found.is_none());
    let mut tx = world.begin().await;
    assert!(tx.shares().lock_secret(&access, secret).await.unwrap());
    for another in [beside, SecretId::from_uuid(id())] {
        let there = tx.shares().lock_secret(&access, another).await.unwrap();
        assert!(!there, "the path is not this secret's");
    }
}

async fn a_secret_is_not_deleted_while_it_is_shared(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let who = shared.who;
    let (access, share) = (shared.access(), shared.share(Recipient::Link));
    let mut tx = world.begin().await;
    let there = tx.shares().lock_secret(&access, share.secret).await;
    assert!(there.unwrap());
    let another = world.another().await;
    let place = who.at(shared.vault, shared.path);
    let mut delete = tokio::spawn(async move {
        let mut tx = another.begin().await.unwrap();
        let access = may::<DeleteSecret>(place);
        tx.secrets().delete(&access, now()).await.unwrap();
        commit(tx, who).await.unwrap();
    });
    tokio::time::timeout(SOON, &mut delete)
        .await
        .expect_err("a secret was deleted under a share");
    tx.shares().insert(&access, &share, None).await.unwrap();
    commit(tx, who).await.unwrap();
    delete.await.unwrap();
    assert!(seen(&world, &share).await.is_none());
}

async fn what_goes_with_a_vault_or_all_is_told(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, vault) = (shared.who, shared.vault);
    let beside = world.vault(who).await;
    let live = shared.give(&world, Recipient::Link, |_| {}).await;
    let ended = shared.give(&world, Recipient::Link, |_| {}).await;
    assert!(end(&world, who, &ended).await);
    let mut tx = world.begin().await;
    let access = may::<DeleteVault>(who.in_vault(beside));
    let gone = tx.vaults().delete(&access).await.unwrap().unwrap();
    assert_eq!((gone.secrets, gone.shares), (0, vec![]));
    let access = may::<DeleteVault>(who.in_vault(vault));
    let gone = tx.vaults().delete(&access).await.unwrap().unwrap();
    assert_eq!((gone.secrets, gone.shares), (1, vec![live.id]));
    drop(tx);
    let mut tx = world.begin().await;
    let access = may::<DeleteAccount>(who.account());
    let gone = tx.orgs().delete(&access).await.unwrap();
    assert_eq!(gone.shares, [live.id]);
    assert_eq!(gone.vaults.len(), 2);
    assert!([vault, beside].iter().all(|one| gone.vaults.contains(one)));
}

/// Whoever ends things waits for what is held, and holds nothing that its holder still wants: then
/// neither is the other's victim.
struct Held {
    world: World,
    shared: Shared,
    member: Tenant,
    /// By id: given to the member, made by the member.
    shares: [Share; 2],
}

impl Held {
    async fn of(kind: Kind) -> Self {
        let world = World::on(kind).await;
        let shared = Shared::of(&world, "k", |_| {}).await;
        let member = world.member(shared.who, Role::Member).await;
        let given = shared
            .give(&world, Recipient::User(member.user), |_| {})
            .await;
        let made = shared.give(&world, Recipient::User(shared.who.user), |share| {
            share.created_by = member.principal();
        });
        let shares = [given, made.await];
        assert!(shares[0].id < shares[1].id);
        Self {
            world,
            shared,
            member,
            shares,
        }
    }

    /// Holds a share, as the journal does that counts its read.
    async fn hold(&self, tx: &mut dyn Tx, share: usize) {
        let share = &self.shares[share];
        let reader = reader_of(share.recipient.principal(), None);
        let held = tokio::time::timeout(SOON * 10, tx.shares().lock_for(share.id, &reader));
        let held = held.await.expect("who ends shares holds it and waits");
        assert!(held.unwrap().is_some());
    }

    /// Holds the version, as the journal does before it holds shares.
    async fn hold_version(&self, tx: &mut dyn Tx) {
        let at = self.shared.who.at(self.shared.vault, self.shared.path);
        let access = may::<RotateSecret>(at);
        let held = tx.secrets().lock_latest(&access).await.unwrap();
        assert!(held.is_some());
    }

    /// Both shares are gone once what ends them went on.
    async fn ends(self, tx: Box<dyn Tx>, ending: JoinHandle<()>) {
        commit(tx, self.shared.who).await.unwrap();
        ending.await.unwrap();
        for share in &self.shares {
            assert!(seen(&self.world, share).await.is_none());
        }
    }
}

/// Until it waits.
async fn waiting(mut ending: JoinHandle<()>) -> JoinHandle<()> {
    tokio::time::timeout(SOON, &mut ending)
        .await
        .expect_err("it did not wait");
    ending
}

async fn flt_06_shares_made_and_given_end_in_one_order(kind: Kind) {
    let held = Held::of(kind).await;
    let (store, member) = (held.world.another().await, held.member);
    let mut tx = held.world.begin().await;
    held.hold(&mut *tx, 0).await;
    let ending = waiting(tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        let org = may::<ListShares>(member.scope()).in_org();
        let whose = [member.principal()];
        tx.shares().revoke_of(org, &whose, now()).await.unwrap();
        commit(tx, member).await.unwrap();
    }));
    let ending = ending.await;
    held.hold(&mut *tx, 1).await;
    held.ends(tx, ending).await;
}

async fn flt_06_agents_end_after_the_versions_are_held(kind: Kind) {
    let held = Held::of(kind).await;
    let (store, member) = (held.world.another().await, held.member);
    let paths = [may(member.at(held.shared.vault, held.shared.path))];
    let mut tx = held.world.begin().await;
    held.hold_version(&mut *tx).await;
    let ending = waiting(tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        let org = may::<ListShares>(member.scope()).in_org();
        let (secrets, whose) = (tx.secrets(), [member.principal()]);
        let ended = secrets.delete_with(org, &paths, &whose, now()).await;
        assert_eq!(ended.unwrap().len(), 2);
        commit(tx, member).await.unwrap();
    }));
    let ending = ending.await;
    held.hold(&mut *tx, 0).await;
    held.hold(&mut *tx, 1).await;
    held.ends(tx, ending).await;
}

async fn flt_06_an_organization_ends_after_the_versions_are_held(kind: Kind) {
    let held = Held::of(kind).await;
    let (store, who) = (held.world.another().await, held.shared.who);
    let mut tx = held.world.begin().await;
    held.hold_version(&mut *tx).await;
    let ending = waiting(tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        tx.orgs().lock(who.org, LockMode::Exclusive).await.unwrap();
        let access = may::<DeleteAccount>(who.account());
        let gone = tx.orgs().delete(&access).await.unwrap();
        assert_eq!(gone.shares.len(), 2);
        commit(tx, who).await.unwrap();
    }));
    let ending = ending.await;
    held.hold(&mut *tx, 0).await;
    held.hold(&mut *tx, 1).await;
    held.ends(tx, ending).await;
}
