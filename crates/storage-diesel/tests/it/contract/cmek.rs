//! Customers' keys: what is under which of them, and rotations.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now, put};
use oneclaw_domain::{
    CmekFingerprint, CmekJob, CmekJobId, CmekJobState, PageSize, VaultId, VersionId, VersionNumber,
};
use oneclaw_policy::{
    Access, DeleteSecret, DisableVersion, InVault, ReadCmekJob, ReadSecret, ReadVault, RotateCmek,
    WriteSecret,
};
use oneclaw_storage::{JobProgress, StorageError, Store};

on_both_stores! {
    a_vault_tells_its_key_to_all_who_ask
    a_version_keeps_the_key_that_it_came_with
    batches_go_by_id_and_leave_out_what_was_deleted_or_disabled
    a_rotation_is_written_as_it_goes
    the_newest_rotation_from_a_key_is_told
    one_rotation_of_a_vault_runs
    an_ended_rotation_is_not_ended_again
    another_tenants_proof_reaches_no_key_and_no_rotation
    a_deleted_vault_takes_its_rotations_along
}

fn key(byte: u8) -> CmekFingerprint {
    CmekFingerprint::of_digest(&[byte; 32])
}

fn rotation(who: Tenant, vault: VaultId) -> Access<RotateCmek> {
    may(who.in_vault(vault))
}

fn proof(who: Tenant, vault: VaultId) -> InVault {
    rotation(who, vault).in_vault()
}

fn new_job(who: Tenant, vault: VaultId) -> CmekJob {
    CmekJob {
        id: CmekJobId::from_uuid(id()),
        org: who.org,
        vault,
        old: key(1),
        new: key(2),
        state: CmekJobState::Running,
        total: 3,
        processed: 0,
        failed: 0,
        error: None,
        held_until: now().plus_seconds(30),
        created_at: now(),
        completed_at: None,
    }
}

async fn insert(world: &World, who: Tenant, job: &CmekJob) -> Result<(), StorageError> {
    let mut tx = world.begin().await;
    let access = rotation(who, job.vault);
    tx.cmek().insert_job(&access, job).await?;
    commit(tx, who).await
}

async fn set(world: &World, who: Tenant, vault: VaultId, to: Option<&CmekFingerprint>) {
    let mut tx = world.begin().await;
    tx.cmek()
        .set_fingerprint(proof(who, vault), to)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
}

async fn job(world: &World, who: Tenant, vault: VaultId, job: CmekJobId) -> Option<CmekJob> {
    let mut reader = world.store.read().await.unwrap();
    let access = may::<ReadCmekJob>(who.in_vault(vault));
    reader.cmek().job(&access, job).await.unwrap()
}

async fn shown(world: &World, who: Tenant, vault: VaultId) -> Option<CmekFingerprint> {
    let mut reader = world.store.read().await.unwrap();
    let seen = reader.vaults().find(who.org, vault).await.unwrap().unwrap();
    let access = may::<ReadVault>(who.in_vault(vault));
    seen.row.unwrap().open(&access).unwrap().cmek
}

async fn a_vault_tells_its_key_to_all_who_ask(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let beside = world.vault(who).await;
    for expected in [None, Some(key(1)), Some(key(2)), None] {
        set(&world, who, vault, expected.as_ref()).await;
        assert_eq!(shown(&world, who, vault).await, expected);
        assert_eq!(shown(&world, who, beside).await, None);
        let mut tx = world.begin().await;
        let locked = tx.cmek().lock_vault(proof(who, vault)).await.unwrap();
        assert_eq!(locked.unwrap().cmek, expected);
        let access = may::<WriteSecret>(who.at(vault, "a"));
        let seal = tx.secrets().vault_seal(&access).await.unwrap().unwrap();
        assert_eq!(seal.cmek, expected);
        assert_eq!(seal.key.bytes, b"wrapped kek");
    }
    let mut reader = world.store.read().await.unwrap();
    let listed = reader
        .vaults()
        .list(&may(who.scope()), None, PageSize::MAX)
        .await
        .unwrap();
    assert!(listed.items.iter().all(|vault| vault.cmek.is_none()));
}

async fn a_version_keeps_the_key_that_it_came_with(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "a");
    let first = put(&world.store, who, &at, |version| {
        version.cmek = Some(key(1));
    })
    .await
    .unwrap();
    put(&world.store, who, &at, |_| {}).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let read = async |reader: &mut Box<dyn oneclaw_storage::Reader>, number| {
        let seen = reader.secrets().find_version(&at, number).await;
        let row = seen.unwrap().unwrap().row.unwrap();
        row.open(&may::<ReadSecret>(at.clone())).unwrap()
    };
    let kept = read(&mut reader, first.number).await;
    assert_eq!(kept.version.cmek, Some(key(1)));
    assert_eq!(world.latest(&at).await.version.cmek, None);

    let mut tx = world.begin().await;
    tx.cmek()
        .rewrite(proof(who, vault), first.id, b"sealed again", &key(2))
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let kept = read(&mut reader, first.number).await;
    assert_eq!(kept.version.cmek, Some(key(2)));
    assert_eq!(kept.envelope, b"sealed again");
    assert_eq!(world.latest(&at).await.envelope, b"sealed");
}

async fn batches_go_by_id_and_leave_out_what_was_deleted_or_disabled(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let beside = world.vault(who).await;
    let mut expected = Vec::new();
    for path in ["a", "b", "a", "c", "gone", "off", "a"] {
        let at = who.at(vault, path);
        let made = put(&world.store, who, &at, |version| {
            version.cmek = Some(key(1));
        });
        let made = made.await.unwrap();
        if !["gone", "off"].contains(&path) {
            expected.push((path, made.id));
        }
    }
    for (at, cmek) in [
        (who.at(vault, "plain"), None),
        (who.at(vault, "other"), Some(key(2))),
        (who.at(beside, "a"), Some(key(1))),
    ] {
        put(&world.store, who, &at, |version| version.cmek = cmek)
            .await
            .unwrap();
    }
    let mut tx = world.begin().await;
    let gone = may::<DeleteSecret>(who.at(vault, "gone"));
    tx.secrets().delete(&gone, now()).await.unwrap();
    let off = may::<DisableVersion>(who.at(vault, "off"));
    let first = VersionNumber::stored(1);
    tx.secrets().disable(&off, first).await.unwrap();
    commit(tx, who).await.unwrap();

    let mut tx = world.begin().await;
    let count = tx.cmek().count_under(proof(who, vault), &key(1)).await;
    assert_eq!(count.unwrap(), 5);
    let (mut seen, mut after): (Vec<(String, VersionId)>, _) = (Vec::new(), None);
    loop {
        let batch = tx
            .cmek()
            .lock_batch(proof(who, vault), &key(1), after, 2)
            .await
            .unwrap();
        let Some(last) = batch.last() else {
            break;
        };
        assert!(batch.len() <= 2);
        after = Some(last.version.id);
        for sealed in batch {
            assert_eq!(sealed.envelope, b"sealed");
            assert_eq!(sealed.vault_key.bytes, b"wrapped kek");
            seen.push((sealed.version.path.to_string(), sealed.version.id));
        }
    }
    expected.sort_by_key(|(_, id)| *id);
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(path, id)| (path.to_owned(), id))
        .collect();
    assert_eq!(seen, expected);
}

async fn a_rotation_is_written_as_it_goes(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let begun = new_job(who, vault);
    insert(&world, who, &begun).await.unwrap();
    let found = job(&world, who, vault, begun.id).await.unwrap();
    assert_eq!(format!("{found:?}"), format!("{begun:?}"));

    for round in 1..=2 {
        let mut tx = world.begin().await;
        let locked = tx.cmek().lock_job(proof(who, vault), begun.id).await;
        assert_eq!(locked.unwrap().unwrap().processed, (round - 1) * 10);
        let progress = JobProgress {
            processed: 10,
            failed: 1,
            held_until: now().plus_seconds(60 * round),
        };
        tx.cmek()
            .note_progress(proof(who, vault), begun.id, &progress)
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
        let found = job(&world, who, vault, begun.id).await.unwrap();
        assert_eq!((found.processed, found.failed), (10 * round, round));
        assert_eq!(found.held_until, now().plus_seconds(60 * round));
        assert_eq!(found.state, CmekJobState::Running);
    }
    let mut tx = world.begin().await;
    let end = now().plus_seconds(99);
    tx.cmek()
        .finish(proof(who, vault), begun.id, Some("2 did not open"), end)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let found = job(&world, who, vault, begun.id).await.unwrap();
    assert_eq!(found.state, CmekJobState::Failed);
    assert_eq!(found.error.as_deref(), Some("2 did not open"));
    assert_eq!(found.completed_at, Some(end));
}

async fn the_newest_rotation_from_a_key_is_told(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let ended = |old, new, seconds| CmekJob {
        old: key(old),
        new: key(new),
        state: CmekJobState::Failed,
        created_at: now().plus_seconds(seconds),
        ..new_job(who, vault)
    };
    // by their time, whatever order they came in
    for (old, new, seconds) in [(1, 2, 0), (1, 4, 2), (1, 3, 1), (2, 9, 9)] {
        let job = ended(old, new, seconds);
        insert(&world, who, &job).await.unwrap();
    }
    let eve = world.tenant().await;
    let beside = world.vault(who).await;
    let mut tx = world.begin().await;
    for (proof, old, expected) in [
        (proof(who, vault), 1, Some(key(4))),
        (proof(who, vault), 2, Some(key(9))),
        (proof(who, vault), 3, None),
        (proof(who, beside), 1, None),
        (proof(eve, vault), 1, None),
    ] {
        let newest = tx.cmek().newest_from(proof, &key(old)).await.unwrap();
        assert_eq!(newest.map(|job| job.new), expected, "from {old}");
    }
}

async fn one_rotation_of_a_vault_runs(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (first, second) = (new_job(who, vault), new_job(who, vault));
    let beside = new_job(who, world.vault(who).await);
    insert(&world, who, &first).await.unwrap();
    insert(&world, who, &beside).await.unwrap();
    let refused = insert(&world, who, &second).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))));
    let mut tx = world.begin().await;
    let running = tx.cmek().running(proof(who, vault)).await.unwrap();
    assert_eq!(running.unwrap().id, first.id);
    // the old one ends and the next begins in one unit of work
    tx.cmek()
        .finish(proof(who, vault), first.id, Some("cut off"), now())
        .await
        .unwrap();
    assert!(
        tx.cmek()
            .running(proof(who, vault))
            .await
            .unwrap()
            .is_none()
    );
    tx.cmek()
        .insert_job(&rotation(who, vault), &second)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let found = job(&world, who, vault, second.id).await.unwrap();
    assert_eq!(found.state, CmekJobState::Running);
}

async fn an_ended_rotation_is_not_ended_again(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let begun = new_job(who, vault);
    insert(&world, who, &begun).await.unwrap();
    for error in [Some("cut off"), None] {
        let mut tx = world.begin().await;
        tx.cmek()
            .finish(proof(who, vault), begun.id, error, now())
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
        let found = job(&world, who, vault, begun.id).await.unwrap();
        assert_eq!(found.state, CmekJobState::Failed);
        assert_eq!(found.error.as_deref(), Some("cut off"));
    }
}

/// TEN-03: organization, vault and rotation are named together.
async fn another_tenants_proof_reaches_no_key_and_no_rotation(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "a");
    let kept = put(&world.store, who, &at, |version| {
        version.cmek = Some(key(1));
    })
    .await
    .unwrap();
    set(&world, who, vault, Some(&key(1))).await;
    let begun = new_job(who, vault);
    insert(&world, who, &begun).await.unwrap();
    let eve = world.tenant().await;
    let beside = world.vault(who).await;
    for (by, on) in [(eve, vault), (who, beside)] {
        let foreign = proof(by, on);
        let mut tx = world.begin().await;
        let cmek = tx.cmek();
        assert_eq!(cmek.count_under(foreign, &key(1)).await.unwrap(), 0);
        let batch = cmek.lock_batch(foreign, &key(1), None, 9).await;
        assert!(batch.unwrap().is_empty());
        assert!(cmek.running(foreign).await.unwrap().is_none());
        assert!(cmek.lock_job(foreign, begun.id).await.unwrap().is_none());
        cmek.rewrite(foreign, kept.id, b"theirs", &key(9))
            .await
            .unwrap();
        let progress = JobProgress {
            processed: 5,
            failed: 5,
            held_until: now(),
        };
        cmek.note_progress(foreign, begun.id, &progress)
            .await
            .unwrap();
        cmek.finish(foreign, begun.id, None, now()).await.unwrap();
        cmek.set_fingerprint(foreign, Some(&key(9))).await.unwrap();
        commit(tx, by).await.unwrap();
        assert!(job(&world, by, on, begun.id).await.is_none());
    }
    let mut tx = world.begin().await;
    let none = tx.cmek().lock_vault(proof(eve, vault)).await.unwrap();
    assert!(none.is_none());
    assert_eq!(shown(&world, who, vault).await, Some(key(1)));
    let found = job(&world, who, vault, begun.id).await.unwrap();
    assert_eq!(format!("{found:?}"), format!("{begun:?}"));
    let version = world.latest(&at).await;
    assert_eq!(version.envelope, b"sealed");
    assert_eq!(version.version.cmek, Some(key(1)));
}

async fn a_deleted_vault_takes_its_rotations_along(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    insert(&world, who, &new_job(who, vault)).await.unwrap();
    let mut tx = world.begin().await;
    tx.vaults()
        .delete(&may(who.in_vault(vault)))
        .await
        .unwrap()
        .unwrap();
    commit(tx, who).await.unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM cmek_jobs").await, 0);
}
