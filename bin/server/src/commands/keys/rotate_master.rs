//! `oneclaw keys rotate master`: a new master key, and every key wrapped under it.

use std::path::Path;
use std::time::Duration;

use oneclaw_crypto::SymmetricKey;
use oneclaw_services::{
    CryptoError, FileKeyProvider, KeyAdmin, KeyId, MasterRotation, Seams, StartError,
};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::parts::{Keys, Parts};

/// The lease under which it is decided whether a new key is needed, and how long it is held at most, in seconds.
const DECISION: (&str, i64) = ("keys.decide", 15);

/// What a request that began before the last key was wrapped anew may need to open what it has read already.
const GRACE: Duration = Duration::from_secs(2);

/// Makes a new master key, unless a rotation that was cut off left one behind; wraps every key under it; and moves
/// the former keys out of the key file.
///
/// # Errors
/// Another rotation runs; there is no new key to rotate to; the store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let parts = Parts::open_existing(configuration).await?;
    let seams = parts.seams();
    decide(&parts.keys, &seams).await?;
    let MasterRotation { current, rewrapped } =
        KeyAdmin::new(seams, os_user()).rotate_master().await?;
    println!("master key {current} is in force; {rewrapped} keys were wrapped anew under it");
    match &parts.keys {
        Keys::File(file, path) => retire(file, path, current).await?,
        Keys::Environment(_) => println!(
            "ONECLAW_MASTER_KEY_PREVIOUS is needed no more by the store, but by every backup from before: keep it safe"
        ),
    }
    parts.store.close().await;
    Ok(())
}

/// Sees to it that the current key of the provider is the one to rotate to. Two that decide at once would make two
/// keys, so they take turns.
async fn decide(keys: &Keys, seams: &Seams) -> Result<(), Failure> {
    let (name, seconds) = DECISION;
    let (holder, now) = (seams.ids.next(), seams.clock.now());
    if !seams
        .store
        .lease(name, holder, now, now.plus_seconds(seconds))
        .await?
    {
        return Err(StartError::RotationRuns.into());
    }
    let decided = new_key_if_needed(keys, seams).await;
    seams.store.release_lease(name, holder).await?;
    decided
}

async fn new_key_if_needed(keys: &Keys, seams: &Seams) -> Result<(), Failure> {
    let provider = keys.provider();
    // Another rotation may have made a key since the file was read.
    provider.refresh().await?;
    let current = provider.current();
    let mut reader = seams.store.read().await?;
    let in_store = reader.keys().master_key().await?.map(KeyId::from_bytes);
    let outdated = reader.keys().outdated(current.as_bytes(), 1).await?;
    drop(reader);
    if in_store != Some(current) || !outdated.is_empty() {
        println!("going on with the rotation to master key {current}");
        return Ok(());
    }
    match keys {
        Keys::File(file, path) => {
            let new = file.add_current(SymmetricKey::generate()?).await?;
            println!("master key {new} was made; back up {} again", path.display());
            Ok(())
        }
        Keys::Environment(_) => Err(Failure::Refused(
            "there is no new master key: set ONECLAW_MASTER_KEY to one, and ONECLAW_MASTER_KEY_PREVIOUS to the present one"
                .to_owned(),
        )),
    }
}

async fn retire(file: &FileKeyProvider, path: &Path, current: KeyId) -> Result<(), Failure> {
    // What stands before it came from a rotation after this one.
    let ids = file.ids().into_iter();
    let former: Vec<_> = ids.skip_while(|id| *id != current).skip(1).collect();
    if former.is_empty() {
        return Ok(());
    }
    wait(GRACE).await;
    for id in former {
        match file.retire(id).await {
            Ok(()) => println!(
                "master key {id} was moved to {}.retired-{id}: only backups from before need it",
                path.display()
            ),
            // Another rotation has moved it.
            Err(CryptoError::UnknownKey(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when requests that began before have ended"
)]
async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}
