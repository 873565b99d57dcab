//! One batch of a rotation: a unit of work.

use super::Rotation;
use super::pieces::CUT_OFF;
use super::rotation::HELD;
use crate::Refusal;
use crate::core::Core;
use crate::keys::Place;
use oneclaw_crypto::{CryptoError, Plaintext};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, CmekJob, CmekJobState, Timestamp, Vault, VersionId,
};
use oneclaw_policy::{Access, Action, InVault, RotateCmek, SecretAt, SystemReason, Target};
use oneclaw_storage::{JobProgress, LockMode, SealedVersion, Tx};
use std::sync::atomic::Ordering;

/// Versions of one batch (contract 10).
const BATCH: i64 = 100;
/// Versions that are in memory at once: each may have more than a megabyte.
const PIECE: i64 = 10;
/// Bytes after which a batch ends before its time. Ours: on SQLite all other writers wait for it.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a batch came to.
#[derive(Default)]
struct Worked {
    seen: i64,
    failed: i64,
    /// The last of them; `None` = no more are behind it.
    after: Option<VersionId>,
}

/// What became of one value.
enum Turned {
    /// It is under the new key in this envelope.
    Into(Vec<u8>),
    /// It was under the new key already.
    Already,
    /// It opens with neither.
    Unopened,
}

impl Core {
    /// Does the next batch; tells whether the rotation is over. Each one looks whether the rotation
    /// still runs: who took its place, or deleted the vault, has ended this one.
    pub(crate) async fn rotation_batch(&self, rotation: &mut Rotation) -> Result<bool, Refusal> {
        let vault = system(rotation).in_vault();
        let mut tx = self.seams.store.begin().await?;
        let Some((job, shut)) = lock(&mut *tx, rotation, vault, self.now()).await? else {
            return Ok(true);
        };
        // those that did not open are not to be counted twice
        let worked = if rotation.at_end && job.failed > 0 {
            Worked::default()
        } else {
            self.turn_over(&mut *tx, rotation, vault).await?
        };
        let held_until = self.now().plus_seconds(HELD);
        let progress = JobProgress {
            processed: worked.seen,
            failed: worked.failed,
            held_until,
        };
        tx.cmek()
            .note_progress(vault, rotation.job, &progress)
            .await?;
        let failed = job.failed.saturating_add(worked.failed);
        let ended = match shut {
            Some(found) => {
                let left = (failed, worked.after.is_some());
                self.end(&mut *tx, rotation, &found, left).await?
            }
            None => None,
        };
        let status = ended.unwrap_or(CmekJobState::Running);
        let event = self
            .rotation_event(rotation)
            .with("versions", worked.seen)
            .with("failed", worked.failed)
            .with("status", status.as_str());
        let _committed = tx.commit(event).await?;
        rotation.go_on(worked.after, held_until);
        Ok(ended.is_some())
    }

    /// Ends a rotation that this process cannot go on with.
    pub(crate) async fn cut_off(&self, rotation: &Rotation) -> Result<(), Refusal> {
        let vault = system(rotation).in_vault();
        let mut tx = self.seams.store.begin().await?;
        if lock(&mut *tx, rotation, vault, self.now()).await?.is_none() {
            return Ok(());
        }
        tx.cmek()
            .finish(vault, rotation.job, Some(CUT_OFF), self.now())
            .await?;
        let event = self
            .rotation_event(rotation)
            .with("status", CmekJobState::Failed.as_str());
        let _committed = tx.commit(event).await?;
        Ok(())
    }

    /// The next versions under the old key, a few in memory at a time.
    async fn turn_over(
        &self,
        tx: &mut dyn Tx,
        rotation: &Rotation,
        vault: InVault,
    ) -> Result<Worked, Refusal> {
        let mut worked = Worked {
            after: rotation.after,
            ..Worked::default()
        };
        let mut bytes = 0_usize;
        while worked.seen < BATCH && bytes < MOST_BYTES {
            let old = &rotation.old.0;
            let piece = tx
                .cmek()
                .lock_batch(vault, old, worked.after, PIECE)
                .await?;
            let is_last = i64::try_from(piece.len()).is_ok_and(|found| found < PIECE);
            for sealed in piece {
                let id = sealed.version.id;
                worked.seen += 1;
                worked.after = Some(id);
                bytes = bytes.saturating_add(sealed.envelope.len());
                let envelope = match self.turn_one(rotation, &sealed).await? {
                    Turned::Into(envelope) => envelope,
                    Turned::Already => sealed.envelope,
                    Turned::Unopened => {
                        worked.failed += 1;
                        continue;
                    }
                };
                tx.cmek()
                    .rewrite(vault, id, &envelope, &rotation.new.0)
                    .await?;
                // others on this thread get their turn
                tokio::task::yield_now().await;
            }
            if is_last {
                worked.after = None;
                break;
            }
        }
        Ok(worked)
    }

    /// Our envelope is around the client's: the one is opened to reach the other, and closed again.
    async fn turn_one(
        &self,
        rotation: &Rotation,
        sealed: &SealedVersion,
    ) -> Result<Turned, Refusal> {
        let version = &sealed.version;
        let at = SecretAt {
            org: rotation.org,
            vault: rotation.vault,
            path: version.path.clone(),
        };
        let place = Place {
            at: &at,
            secret: version.secret,
            number: version.number,
        };
        let (vaults, provider) = (&self.keys.vaults, &*self.keys.provider);
        let (key, envelope) = (&sealed.vault_key, &sealed.envelope);
        let value = match vaults.open(provider, key, &place, envelope).await {
            Ok(value) => value,
            Err(Refusal::Integrity) => {
                self.integrity_failures.fetch_add(1, Ordering::Relaxed);
                tracing::error!(version = %version.id, "a stored value does not open");
                return Ok(Turned::Unopened);
            }
            Err(refusal) => return Err(refusal),
        };
        let Ok(blob) = value.into_utf8() else {
            return Ok(Turned::Unopened);
        };
        let inner: Result<Plaintext, CryptoError> = rotation.old.1.open(blob.expose());
        let Ok(inner) = inner else {
            return Ok(match rotation.new.1.open(blob.expose()) {
                Ok(_) => Turned::Already,
                Err(_) => Turned::Unopened,
            });
        };
        let blob = rotation.new.1.seal(inner.expose())?;
        let envelope = vaults.seal(provider, key, &place, blob.as_bytes()).await?;
        Ok(Turned::Into(envelope))
    }

    /// Ends the rotation, if nothing is left to do; writers are shut out meanwhile. A vault whose
    /// key was changed otherwise since keeps it.
    async fn end(
        &self,
        tx: &mut dyn Tx,
        rotation: &Rotation,
        found: &Vault,
        (failed, more): (i64, bool),
    ) -> Result<Option<CmekJobState>, Refusal> {
        let vault = system(rotation).in_vault();
        let (job, now) = (rotation.job, self.now());
        let (old, new) = (&rotation.old.0, &rotation.new.0);
        if tx.cmek().count_under(vault, old).await? == 0 {
            tx.cmek().finish(vault, job, None, now).await?;
            if found.cmek.as_ref() == Some(old) {
                tx.cmek().set_fingerprint(vault, Some(new)).await?;
            }
            return Ok(Some(CmekJobState::Completed));
        }
        if failed == 0 || more {
            return Ok(None);
        }
        let error = format!("Versions that do not open with the old key: {failed}");
        tx.cmek().finish(vault, job, Some(&error), now).await?;
        Ok(Some(CmekJobState::Failed))
    }

    fn rotation_event(&self, rotation: &Rotation) -> AuditEvent {
        let on = rotation.on();
        let request = AuditRequest {
            request_id: rotation.request_id.clone(),
            ip: None,
            metered: None,
        };
        self.bare_event(
            RotateCmek::NAME,
            on.tenant(),
            Actor::System,
            on.resource(),
            &request,
        )
        .with("vault_id", rotation.vault.to_string())
        .with("job_id", rotation.job.to_string())
    }
}

fn system(rotation: &Rotation) -> Access<RotateCmek> {
    Access::system(rotation.on(), SystemReason::CmekRotation)
}

/// The organization, the vault where writers are to be shut out, and the rotation; `None` = it is
/// over already, or so much time has passed that it was told as failed, which is final.
async fn lock(
    tx: &mut dyn Tx,
    rotation: &Rotation,
    vault: InVault,
    now: Timestamp,
) -> Result<Option<(CmekJob, Option<Vault>)>, Refusal> {
    let mode = if rotation.at_end {
        LockMode::Exclusive
    } else {
        LockMode::Shared
    };
    if tx.orgs().lock(rotation.org, mode).await?.is_none() {
        return Ok(None);
    }
    let shut = if rotation.at_end {
        tx.cmek().lock_vault(vault).await?
    } else {
        None
    };
    let job = tx.cmek().lock_job(vault, rotation.job).await?;
    let running = job.filter(|job| job.state == CmekJobState::Running && job.held_until > now);
    Ok(running.map(|job| (job, shut)))
}
