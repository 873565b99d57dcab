//! What a person takes along.

use super::agents::{new_agent, register};
use super::policies::{insert_policy, new_policy};
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::judge::{judged, standing};
use crate::world::{Tenant, World, commit, may, now, put};
use oneclaw_domain::{PageSize, Role, SecretType, VaultId};
use oneclaw_policy::{Access, DeleteSecret, ExportData, Grants};
use oneclaw_storage::Store;

on_both_stores! {
    exp_02_a_member_takes_what_they_made_and_an_admin_everything_of_the_organization
    only_live_secrets_are_taken_each_with_its_newest_version
    a_policy_that_cannot_be_read_is_left_out
    an_export_comes_by_pages
}

fn export_by(who: Tenant, role: Role) -> Access<ExportData> {
    let standing = standing(who.principal(), who.org, Some(role), Grants::default());
    judged(&standing, who.account(), None)
}

/// What an export holds, read a page of `size` at a time.
#[derive(Default, PartialEq, Debug)]
struct Taken {
    vaults: Vec<String>,
    agents: Vec<String>,
    secrets: Vec<(String, String, i64)>,
    policies: Vec<String>,
}

/// Reads one list to its end.
macro_rules! all_pages {
    ($world:expr, $access:expr, $list:ident, $size:expr, $show:expr) => {{
        let mut reader = $world.store.read().await.unwrap();
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let size = PageSize::new($size).unwrap();
            let page = reader.export().$list($access, after, size).await.unwrap();
            assert!(page.items.len() <= size.get());
            after = page.items.last().map(|item| item.id);
            shown.extend(page.items.iter().map($show));
            if !page.more {
                break;
            }
        }
        shown
    }};
}

async fn take(world: &World, access: &Access<ExportData>, size: i64) -> Taken {
    let taken = Taken {
        vaults: all_pages!(world, access, vaults, size, |vault| vault.id.to_string()),
        agents: all_pages!(world, access, agents, size, |agent| agent.id.to_string()),
        secrets: all_pages!(world, access, secrets, size, |secret| (
            secret.vault.to_string(),
            secret.path.as_str().to_owned(),
            secret.version.get()
        )),
        policies: all_pages!(world, access, policies, size, |policy| policy
            .id
            .to_string()),
    };
    assert!(taken.vaults.is_sorted() && taken.agents.is_sorted() && taken.policies.is_sorted());
    taken
}

/// Somebody makes a vault with a secret and a policy, and an agent.
async fn make(world: &World, who: Tenant, path: &str) -> VaultId {
    let vault = world.vault(who).await;
    put(&world.store, who, &who.at(vault, path), |_| {})
        .await
        .unwrap();
    let policy = new_policy(who, vault, who.principal(), "**");
    insert_policy(world, who, &policy).await;
    register(world, who, &new_agent(who)).await;
    vault
}

async fn exp_02_a_member_takes_what_they_made_and_an_admin_everything_of_the_organization(
    kind: Kind,
) {
    let world = World::on(kind).await;
    let (owner, stranger) = (world.tenant().await, world.tenant().await);
    let member = world.member(owner, Role::Member).await;
    let owners = make(&world, owner, "owners").await;
    let members = make(&world, member, "members").await;
    make(&world, stranger, "strangers").await;
    let theirs = take(&world, &export_by(member, Role::Member), 10).await;
    assert_eq!(theirs.vaults, [members.to_string()]);
    let secret = |vault: VaultId, path: &str| (vault.to_string(), path.to_owned(), 1);
    assert_eq!(theirs.secrets, [secret(members, "members")]);
    assert_eq!((theirs.agents.len(), theirs.policies.len()), (1, 1));
    for role in [Role::Owner, Role::Admin] {
        let all = take(&world, &export_by(owner, role), 10).await;
        assert_eq!(all.vaults, [owners.to_string(), members.to_string()]);
        let secrets = [secret(owners, "owners"), secret(members, "members")];
        assert_eq!(all.secrets, secrets);
        assert_eq!((all.agents.len(), all.policies.len()), (2, 2));
    }
    // What the system made for somebody is not theirs.
    let by_system = format!(
        "UPDATE vaults SET is_system = TRUE WHERE created_by = '{}'",
        member.principal()
    );
    world.tamper(&by_system).await;
    let theirs = take(&world, &export_by(member, Role::Member), 10).await;
    assert_eq!((theirs.vaults.len(), theirs.secrets.len()), (0, 0));
    assert_eq!(theirs.policies.len(), 0);
}

async fn only_live_secrets_are_taken_each_with_its_newest_version(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    for (path, kind) in [
        ("twice", "generic"),
        ("twice", "api_key"),
        ("gone", "generic"),
    ] {
        let word = SecretType::parse(kind).unwrap();
        put(&world.store, who, &who.at(vault, path), |version| {
            version.kind = word;
        })
        .await
        .unwrap();
    }
    let mut tx = world.begin().await;
    let access = may::<DeleteSecret>(who.at(vault, "gone"));
    tx.secrets().delete(&access, now()).await.unwrap();
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let access = export_by(who, Role::Owner);
    let size = PageSize::new(10).unwrap();
    let page = reader.export().secrets(&access, None, size).await.unwrap();
    let [secret] = page.items.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!((secret.path.as_str(), secret.version.get()), ("twice", 2));
    assert_eq!(
        (secret.kind.as_str(), secret.created_at),
        ("api_key", now())
    );
}

async fn a_policy_that_cannot_be_read_is_left_out(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    for _ in 0..3 {
        let policy = new_policy(who, vault, who.principal(), "**");
        insert_policy(&world, who, &policy).await;
    }
    let broken = new_policy(who, vault, who.principal(), "broken");
    insert_policy(&world, who, &broken).await;
    let last = new_policy(who, vault, who.principal(), "**");
    insert_policy(&world, who, &last).await;
    let tamper = "UPDATE policies SET pattern = '//' WHERE pattern = 'broken'";
    world.tamper(tamper).await;
    for size in [1, 2, 10] {
        let taken = take(&world, &export_by(who, Role::Owner), size).await;
        assert_eq!(taken.policies.len(), 4);
        assert!(!taken.policies.contains(&broken.id.to_string()));
        assert!(taken.policies.contains(&last.id.to_string()));
    }
}

async fn an_export_comes_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    for path in ["a", "b", "c", "d", "e"] {
        make(&world, who, path).await;
    }
    let whole = take(&world, &export_by(who, Role::Owner), 10).await;
    assert_eq!((whole.vaults.len(), whole.secrets.len()), (5, 5));
    for size in [1, 2, 5] {
        let by_pages = take(&world, &export_by(who, Role::Owner), size).await;
        assert_eq!(by_pages, whole);
        let as_member = take(&world, &export_by(who, Role::Member), size).await;
        assert_eq!(as_member, whole);
    }
}
