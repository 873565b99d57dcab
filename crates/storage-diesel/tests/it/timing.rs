//! How long the hot path takes. Ignored: run it by hand, `cargo test -p oneclaw-storage-diesel
//! timing -- --ignored --nocapture`, with `--release` for figures that mean something.

use crate::home::Kind;
use crate::world::{Tenant, World, event, put, read_in, run};
use oneclaw_storage::{JournalEntry, Store};
use std::time::Instant;

const ROUNDS: u32 = 5_000;

async fn measure(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "db/password");
    let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
    let mut reader = world.store.read().await.unwrap();
    reader.secrets().find_latest(&at).await.unwrap();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        reader.secrets().find_latest(&at).await.unwrap();
    }
    println!("{kind:?}: find_latest {:?}", begun.elapsed() / ROUNDS);
    drop(reader);
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        world
            .store
            .read()
            .await
            .unwrap()
            .secrets()
            .find_latest(&at)
            .await
            .unwrap();
    }
    println!(
        "{kind:?}: read() and find_latest {:?}",
        begun.elapsed() / ROUNDS
    );
    for size in [1, 16, 64] {
        let begun = Instant::now();
        for _ in 0..200 {
            let read = |who: Tenant| Some(read_in(who.org, version));
            let batch: Vec<_> = (0..size)
                .map(|_| JournalEntry {
                    event: event(Some(who.org)),
                    read: read(who),
                })
                .collect();
            world.store.append(&batch).await.unwrap();
        }
        println!("{kind:?}: append of {size} {:?}", begun.elapsed() / 200);
    }
    let begun = Instant::now();
    for _ in 0..200 {
        put(&world.store, who, &at, |_| {}).await.unwrap();
    }
    println!("{kind:?}: put {:?}", begun.elapsed() / 200);
}

#[test]
#[ignore = "a measurement, not a check"]
fn timing_on_sqlite() {
    run(measure(Kind::Sqlite));
}

#[test]
#[ignore = "a measurement, not a check"]
fn timing_on_postgres() {
    run(measure(Kind::Postgres));
}
