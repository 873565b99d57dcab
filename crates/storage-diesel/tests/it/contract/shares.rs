//! Shares: what is stored of them, and who finds them.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::judge::{judged, standing};
use crate::world::{Tenant, World, commit, id, may, now, put};
use oneclaw_domain::{
    AgentId, Cidr, Email, IpAllowlist, MaxAccessCount, PageSize, Principal, Recipient, Role, Share,
    ShareId, ShareReader, VaultId,
};
use oneclaw_policy::{
    AcceptShare, Access, ChangePassword, CreateShare, DeclineShare, Grants, ListShares, ReadSecret,
    RevokeShare, ShareAt,
};
use oneclaw_storage::{NewVersion, ShareCursor, Store};

on_both_stores! {
    a_share_comes_back_as_it_was_stored
    what_decides_a_read_comes_with_the_share
    shares_list_newest_first_by_pages
    a_list_holds_what_is_for_the_reader
    an_address_is_somebodys_once_it_was_proved
    shr_10_a_limit_that_cannot_be_read_is_not_no_limit
}

/// A path with one version in a vault of its own.
pub(super) struct Shared {
    pub(super) who: Tenant,
    pub(super) vault: VaultId,
    pub(super) path: &'static str,
    pub(super) version: NewVersion,
}

impl Shared {
    pub(super) async fn of(
        world: &World,
        path: &'static str,
        adjust: impl FnOnce(&mut NewVersion),
    ) -> Self {
        let (who, vault) = world.tenant_with_vault().await;
        let version = put(&world.store, who, &who.at(vault, path), adjust)
            .await
            .unwrap();
        Self {
            who,
            vault,
            path,
            version,
        }
    }

    pub(super) fn access(&self) -> Access<CreateShare> {
        may(self.who.at(self.vault, self.path))
    }

    pub(super) fn share(&self, recipient: Recipient) -> Share {
        Share {
            id: ShareId::from_uuid(id()),
            org: self.who.org,
            vault: self.vault,
            secret: self.version.secret,
            path: self.who.at(self.vault, self.path).path,
            recipient,
            has_passphrase: false,
            ip_allowlist: None,
            max_access_count: None,
            access_count: 0,
            expires_at: now().plus_seconds(3600),
            created_by: self.who.principal(),
            created_at: now(),
            accepted: false,
            declined: false,
            notifies: true,
            names_maker: false,
        }
    }

    /// Adds a share.
    pub(super) async fn give(
        &self,
        world: &World,
        recipient: Recipient,
        adjust: impl FnOnce(&mut Share),
    ) -> Share {
        let mut share = self.share(recipient);
        adjust(&mut share);
        self.insert(world, &share, None).await;
        share
    }

    async fn insert(&self, world: &World, share: &Share, passphrase_hash: Option<&str>) {
        let mut tx = world.begin().await;
        let access = self.access();
        assert!(
            tx.shares()
                .lock_secret(&access, share.secret)
                .await
                .unwrap()
        );
        tx.shares()
            .insert(&access, share, passphrase_hash)
            .await
            .unwrap();
        commit(tx, self.who).await.unwrap();
    }
}

pub(super) fn at(share: &Share) -> ShareAt {
    ShareAt {
        org: share.org,
        share: share.id,
        maker: share.created_by,
    }
}

/// Ends a share; tells whether it was there.
pub(super) async fn revoke(world: &World, who: Tenant, at: ShareAt) -> bool {
    let mut tx = world.begin().await;
    let access = may::<RevokeShare>(at);
    let ended = tx.shares().revoke(&access, now()).await.unwrap();
    commit(tx, who).await.unwrap();
    ended
}

pub(super) async fn end(world: &World, who: Tenant, share: &Share) -> bool {
    revoke(world, who, at(share)).await
}

/// The share as it is now; `None` = gone.
pub(super) async fn seen(world: &World, share: &Share) -> Option<Share> {
    let mut reader = world.store.read().await.unwrap();
    reader.shares().find(share.org, share.id).await.unwrap()
}

pub(super) async fn decline(world: &World, by: Tenant, share: &Share) {
    let mut tx = world.begin().await;
    let access = may::<DeclineShare>(by.scope());
    tx.shares().decline(&access, share, now()).await.unwrap();
    commit(tx, by).await.unwrap();
}

fn ids(shares: &[Share]) -> Vec<ShareId> {
    shares.iter().map(|share| share.id).collect()
}

pub(super) fn reader_of(principal: Option<Principal>, email: Option<&str>) -> ShareReader {
    ShareReader {
        principal,
        proved_email: email.map(|email| Email::parse(email).unwrap()),
    }
}

fn listing(who: Tenant) -> Access<ListShares> {
    let known = standing(
        who.principal(),
        who.org,
        Some(Role::Member),
        Grants::default(),
    );
    judged(&known, who.scope(), None)
}

fn ten() -> PageSize {
    PageSize::new(10).unwrap()
}

async fn a_share_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "app/db", |_| {}).await;
    let member = world.member(shared.who, Role::Member).await;
    let blocks = ["10.0.0.0/8", "2001:db8::/32"].map(|text| Cidr::parse(text).unwrap());
    for recipient in [
        Recipient::User(member.user),
        Recipient::Agent(AgentId::from_uuid(id())),
        Recipient::Creator(member.user),
        Recipient::Email(Email::parse("bob@x.test").unwrap()),
        Recipient::Link,
    ] {
        let plain = shared.give(&world, recipient.clone(), |_| {}).await;
        assert_eq!(
            format!("{:?}", seen(&world, &plain).await.unwrap()),
            format!("{plain:?}")
        );
        let mut full = Share {
            has_passphrase: true,
            ip_allowlist: Some(IpAllowlist::new(blocks.to_vec()).unwrap()),
            max_access_count: Some(MaxAccessCount::new(3).unwrap()),
            notifies: false,
            names_maker: true,
            created_by: Principal::Agent(AgentId::from_uuid(id())),
            ..shared.share(recipient)
        };
        shared.insert(&world, &full, Some("$argon2id$x")).await;
        let back = seen(&world, &full).await.unwrap();
        assert_eq!(format!("{back:?}"), format!("{full:?}"));

        let mut tx = world.begin().await;
        let access = may::<AcceptShare>(member.scope());
        tx.shares().accept(&access, &full, now()).await.unwrap();
        commit(tx, member).await.unwrap();
        full.accepted = true;
        decline(&world, member, &full).await;
        full.declined = true;
        let back = seen(&world, &full).await.unwrap();
        assert_eq!(format!("{back:?}"), format!("{full:?}"));
        let mut reader = world.store.read().await.unwrap();
        let other = world.tenant().await;
        let elsewhere = reader.shares().find(other.org, full.id).await.unwrap();
        assert!(elsewhere.is_none());
    }
}

async fn what_decides_a_read_comes_with_the_share(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "app/db", |_| {}).await;
    let place = shared.who.at(shared.vault, shared.path);
    let share = Share {
        has_passphrase: true,
        ..shared.share(Recipient::Link)
    };
    shared.insert(&world, &share, Some("$argon2id$x")).await;
    let newer = put(&world.store, shared.who, &place, |version| {
        version.envelope = b"newer".to_vec();
    });
    let newer = newer.await.unwrap();

    let mut reader = world.store.read().await.unwrap();
    let found = reader.shares().find_to_read(share.id).await.unwrap();
    let found = found.unwrap();
    assert_eq!(format!("{:?}", found.share), format!("{share:?}"));
    assert_eq!(found.passphrase_hash.as_deref(), Some("$argon2id$x"));
    assert_eq!(found.at, place);
    let epoch = reader.access().epoch(shared.who.org).await.unwrap();
    assert_eq!(Some(found.epoch), epoch);
    assert_eq!(found.vault.created_by, shared.who.principal());
    let elsewhere = may::<ReadSecret>(shared.who.at(shared.vault, "app/other"));
    let sealed = found.version;
    assert!(
        reader
            .shares()
            .find_to_read(share.id)
            .await
            .unwrap()
            .unwrap()
            .version
            .open(&elsewhere)
            .is_none(),
        "a right to another path opened it"
    );
    let version = sealed.open(&may::<ReadSecret>(place)).unwrap();
    assert_eq!(version.version.id, newer.id);
    assert_eq!(version.envelope, b"newer");
    let unknown = ShareId::from_uuid(id());
    assert!(
        reader
            .shares()
            .find_to_read(unknown)
            .await
            .unwrap()
            .is_none()
    );
}

async fn shares_list_newest_first_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let email = Email::parse("bob@x.test").unwrap();
    let mut given = Vec::new();
    // two and two of one moment, so that the id decides
    for moment in [0, 0, 1, 1, 2] {
        let recipient = Recipient::Email(email.clone());
        let share = shared.give(&world, recipient, |share| {
            share.created_at = now().plus_seconds(moment);
        });
        given.push(share.await.id);
    }
    given.reverse();
    let (who, bob) = (shared.who, world.tenant().await);
    let theirs = reader_of(Some(bob.principal()), Some("bob@x.test"));
    let mut reader = world.store.read().await.unwrap();
    for inbound in [false, true] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let size = PageSize::new(2).unwrap();
            let page = if inbound {
                let access = listing(bob);
                let shares = reader.shares();
                shares.list_inbound(&access, &theirs, after, size).await
            } else {
                let access = listing(who);
                reader.shares().list_outbound(&access, after, size).await
            };
            let page = page.unwrap();
            listed.extend(ids(&page.items));
            let Some(last) = page.items.last().filter(|_| page.more) else {
                break;
            };
            after = Some(ShareCursor {
                created_at: last.created_at,
                id: last.id,
            });
        }
        assert_eq!(listed, given, "inbound: {inbound}");
    }
}

async fn a_list_holds_what_is_for_the_reader(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, outsider) = (shared.who, world.tenant().await);
    let member = world.member(who, Role::Member).await;
    let email = Recipient::Email(Email::parse("bob@x.test").unwrap());
    let to_member = shared
        .give(&world, Recipient::User(member.user), |_| {})
        .await;
    let to_email = shared.give(&world, email.clone(), |_| {}).await;
    shared.give(&world, Recipient::Link, |_| {}).await;
    let ended = shared
        .give(&world, Recipient::User(member.user), |_| {})
        .await;
    assert!(end(&world, who, &ended).await);
    let refused = shared.give(&world, email, |_| {}).await;
    decline(&world, outsider, &refused).await;
    let by_member = shared.give(&world, Recipient::Link, |share| {
        share.created_by = member.principal();
    });
    let by_member = by_member.await;

    let me = Some(member.principal());
    let nobody = Some(outsider.principal());
    let mail = Some("bob@x.test");
    let mut reader = world.store.read().await.unwrap();
    for (place, of, expected) in [
        (member, reader_of(me, None), vec![to_member.id]),
        (member, reader_of(me, mail), vec![to_email.id, to_member.id]),
        // in another organization the same principal is nobody, a proved address the same person
        (outsider, reader_of(me, None), vec![]),
        (outsider, reader_of(nobody, mail), vec![to_email.id]),
        (outsider, reader_of(nobody, Some("eve@x.test")), vec![]),
        (outsider, reader_of(None, None), vec![]),
    ] {
        let page = reader
            .shares()
            .list_inbound(&listing(place), &of, None, ten())
            .await
            .unwrap();
        assert_eq!(ids(&page.items), expected, "{of:?}");
    }
    for (by, many) in [(who, 4), (outsider, 0)] {
        let page = reader
            .shares()
            .list_outbound(&listing(by), None, ten())
            .await
            .unwrap();
        assert_eq!(page.items.len(), many);
        assert!(ids(&page.items).iter().all(|id| *id != ended.id));
    }
    let own = reader
        .shares()
        .list_outbound(&listing(member), None, ten())
        .await
        .unwrap();
    assert_eq!(ids(&own.items), [by_member.id]);
}

async fn an_address_is_somebodys_once_it_was_proved(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let account = |who: Tenant| may::<ChangePassword>(who.account()).in_account();
    let mut tx = world.begin().await;
    assert_eq!(tx.shares().proved_email(account(who)).await.unwrap(), None);
    commit(tx, who).await.unwrap();
    world.tamper("UPDATE users SET email_verified = true").await;
    let mut tx = world.begin().await;
    let proved = tx.shares().proved_email(account(who)).await.unwrap();
    assert_eq!(proved, Some(who.person().email));
    let mixed = Tenant {
        org: other.org,
        ..who
    };
    let foreign = tx.shares().proved_email(account(mixed)).await.unwrap();
    assert_eq!(foreign, None);
}

async fn shr_10_a_limit_that_cannot_be_read_is_not_no_limit(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let share = shared.give(&world, Recipient::Link, |_| {}).await;
    for list in ["[]", "[\"nonsense\"]", "{}"] {
        let spoil = format!("UPDATE shares SET ip_allowlist = '{list}'");
        world.tamper(&spoil).await;
        let mut reader = world.store.read().await.unwrap();
        let read = reader.shares().find_to_read(share.id).await;
        assert!(read.is_err(), "{list}");
    }
}
