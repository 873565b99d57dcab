//! Vaults.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::judge::{judged, standing};
use crate::world::{Tenant, World, commit, event, id, may, new_vault, now, put, read_in};
use oneclaw_domain::{OrgId, PageSize, Principal, Resource, Role, UserId, VaultId};
use oneclaw_policy::{Access, DeleteVault, Grants, ListVaults, ReadVault};
use oneclaw_storage::{Admission, JournalEntry, Reader, Store, VaultCursor};

on_both_stores! {
    a_vault_comes_sealed_with_its_facts
    vaults_list_oldest_first_and_only_own_ones_to_members
    deleting_takes_all_that_is_in_it
    what_went_with_a_vault_can_be_claimed_again
    nobody_deletes_for_another
}

async fn a_vault_comes_sealed_with_its_facts(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let other = world.tenant().await;
    let mut reader = world.store.read().await.unwrap();
    let seen = reader.vaults().find(who.org, vault).await.unwrap().unwrap();
    assert_eq!(seen.vault.unwrap().created_by, Principal::User(who.user));
    let found = seen
        .row
        .unwrap()
        .open(&may::<ReadVault>(who.in_vault(vault)))
        .unwrap();
    let stored = new_vault(who, vault).vault;
    assert_eq!(
        (found.id, found.org, found.name),
        (vault, who.org, stored.name)
    );
    assert_eq!(
        (found.description, found.created_at),
        (stored.description, now())
    );
    let foreign = reader
        .vaults()
        .find(other.org, vault)
        .await
        .unwrap()
        .unwrap();
    assert!(foreign.vault.is_none() && foreign.row.is_none());
    assert!(
        reader
            .vaults()
            .find(OrgId::from_uuid(id()), vault)
            .await
            .unwrap()
            .is_none()
    );
}

fn list_as(who: Tenant, role: Role) -> Access<ListVaults> {
    let standing = standing(who.principal(), who.org, Some(role), Grants::default());
    judged(&standing, who.scope(), None)
}

pub(super) async fn all(reader: &mut dyn Reader, access: &Access<ListVaults>) -> Vec<VaultId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .vaults()
            .list(access, after, PageSize::new(2).unwrap())
            .await
            .unwrap();
        found.extend(page.items.iter().map(|vault| vault.id));
        after = page.items.last().map(|vault| VaultCursor {
            created_at: vault.created_at,
            id: vault.id,
        });
        if !page.more {
            return found;
        }
    }
}

async fn vaults_list_oldest_first_and_only_own_ones_to_members(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    world.vault(other).await;
    let lodger = Tenant {
        user: UserId::from_uuid(id()),
        ..who
    };
    let (mut every, mut own) = (Vec::new(), Vec::new());
    let mut tx = world.begin().await;
    for serial in 0..9 {
        let maker = if serial % 3 == 0 { lodger } else { who };
        let mut new = new_vault(maker, VaultId::from_uuid(id()));
        new.vault.created_at = now().plus_seconds(serial / 2);
        tx.vaults().insert(&may(who.scope()), &new).await.unwrap();
        every.push(new.vault.id);
        if maker.user == lodger.user {
            own.push(new.vault.id);
        }
    }
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(all(&mut *reader, &list_as(who, Role::Owner)).await, every);
    assert_eq!(
        all(&mut *reader, &list_as(lodger, Role::Admin)).await,
        every
    );
    assert_eq!(all(&mut *reader, &list_as(lodger, Role::Member)).await, own);
    let newcomer = Tenant {
        user: UserId::from_uuid(id()),
        ..who
    };
    assert!(
        all(&mut *reader, &list_as(newcomer, Role::Member))
            .await
            .is_empty()
    );
}

async fn deleting_takes_all_that_is_in_it(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let kept = world.vault(who).await;
    let mut last = None;
    for path in ["a", "b", "c"] {
        last = Some(
            put(&world.store, who, &who.at(vault, path), |_| {})
                .await
                .unwrap()
                .id,
        );
        put(&world.store, who, &who.at(kept, path), |_| {})
            .await
            .unwrap();
    }
    let mut tx = world.begin().await;
    tx.secrets()
        .delete(&may(who.at(vault, "a")), now())
        .await
        .unwrap();
    let access = || may::<DeleteVault>(who.in_vault(vault));
    let gone = tx.vaults().delete(&access()).await.unwrap();
    assert_eq!(gone.unwrap().secrets, 2, "the two that lived");
    assert!(tx.vaults().delete(&access()).await.unwrap().is_none());
    commit(tx, who).await.unwrap();

    assert_eq!(world.number("SELECT count(*) AS n FROM secrets").await, 3);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM secret_versions")
            .await,
        3
    );
    let mut reader = world.store.read().await.unwrap();
    let gone = reader
        .secrets()
        .find_latest(&who.at(vault, "b"))
        .await
        .unwrap()
        .unwrap();
    assert!(gone.vault.is_none() && gone.row.is_none());
    drop(reader);
    let read = last.map(|version| read_in(who.org, version));
    let entry = JournalEntry {
        event: event(Some(who.org)),
        read,
    };
    assert_eq!(
        world.store.append(&[entry]).await.unwrap(),
        [Admission::UsedUp]
    );
}

async fn what_went_with_a_vault_can_be_claimed_again(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let org = || may::<ListVaults>(who.scope()).in_org();
    for path in ["a", "b"] {
        put(&world.store, who, &who.at(vault, path), |_| {})
            .await
            .unwrap();
        let mut tx = world.begin().await;
        assert!(
            tx.orgs()
                .claim(org(), Resource::Secrets, Some(2))
                .await
                .unwrap()
        );
        commit(tx, who).await.unwrap();
    }
    let mut tx = world.begin().await;
    assert!(
        !tx.orgs()
            .claim(org(), Resource::Secrets, Some(2))
            .await
            .unwrap()
    );
    let live = tx
        .vaults()
        .delete(&may(who.in_vault(vault)))
        .await
        .unwrap()
        .unwrap();
    tx.orgs()
        .release(org(), Resource::Secrets, live.secrets)
        .await
        .unwrap();
    assert!(
        tx.orgs()
            .claim(org(), Resource::Secrets, Some(2))
            .await
            .unwrap()
    );
    commit(tx, who).await.unwrap();
    assert_eq!(world.number("SELECT secrets AS n FROM org_usage").await, 1);
}

async fn nobody_deletes_for_another(kind: Kind) {
    let world = World::on(kind).await;
    let (_who, vault) = world.tenant_with_vault().await;
    let other = world.tenant().await;
    let mut tx = world.begin().await;
    assert!(
        tx.vaults()
            .delete(&may(other.in_vault(vault)))
            .await
            .unwrap()
            .is_none()
    );
    commit(tx, other).await.unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM vaults").await, 1);
}
