//! Somebody brings a vault's values from one key to another.

use super::pieces::{CUT_OFF, active, lock_vault};
use super::rotation::HELD;
use super::{Cmek, Rotation};
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::{FieldError, Refusal};
use oneclaw_crypto::CmekKey;
use oneclaw_domain::{
    AuditEvent, CmekFingerprint, CmekJob, CmekJobId, CmekJobState, Vault, VaultId,
};
use oneclaw_policy::{Access, InVault, RotateCmek, VaultScope};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// From which key to which. It cannot be shown: it holds both.
pub struct RotateCmekCommand {
    /// In which vault.
    pub vault: VaultId,
    /// The key that values are under now.
    pub old: CmekKey,
    /// The key that they shall be under.
    pub new: CmekKey,
    /// The new key's fingerprint, as the caller knows it.
    pub new_fingerprint: CmekFingerprint,
}

impl Cmek {
    /// Begins a rotation, which goes on after the answer. One that nobody works at any more makes
    /// room for it, and it goes on where that one stopped.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; it is the
    /// system's own; no key is active, or another than the old one; the new key is not the one that
    /// was named, or is the old one; a rotation runs, or one to another key was not finished.
    pub async fn rotate(
        &self,
        command: RotateCmekCommand,
        caller: &Caller,
    ) -> Result<Recorded<CmekJob>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault: command.vault,
        };
        let mut event = core.event::<RotateCmek>(caller, &on);
        let done = self.try_rotate(command, on, caller, &mut event).await;
        core.settle(event, done).await
    }

    async fn try_rotate(
        &self,
        command: RotateCmekCommand,
        on: VaultScope,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<CmekJob>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<RotateCmek>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
            .await?;
        let vault = lock_vault(&mut *tx, &access, access.in_vault()).await?;
        check_keys(&command, active(&vault)?)?;
        make_room(core, &mut *tx, &access).await?;
        check_unfinished(&mut *tx, access.in_vault(), &command, active(&vault)?).await?;
        let job = new_job(core, &mut *tx, &access, &vault, &command).await?;
        if job.state == CmekJobState::Completed {
            let new = Some(&job.new);
            tx.cmek().set_fingerprint(access.in_vault(), new).await?;
        }
        tx.cmek().insert_job(&access, &job).await?;
        *event = event
            .clone()
            .with("job_id", job.id.to_string())
            .with("old_fingerprint", job.old.as_str())
            .with("new_fingerprint", job.new.as_str())
            .with("status", job.state.as_str())
            .with("versions", job.total);
        let committed = tx.commit(event.clone()).await?;
        if job.state == CmekJobState::Running {
            let keys = [command.old, command.new];
            let request = caller.request.request_id.clone();
            core.rotations.hand_over(Rotation::new(&job, request, keys));
        }
        Ok(committed.yields(job))
    }
}

/// What is wrong with the keys, all at once.
fn check_keys(command: &RotateCmekCommand, active: &CmekFingerprint) -> Result<(), Refusal> {
    let of = |key: &CmekKey| CmekFingerprint::of_digest(&key.fingerprint());
    let named = &command.new_fingerprint;
    let checks = [
        (
            "x-cmek-old-key",
            of(&command.old) == *active,
            "is not the key that is active in this vault",
        ),
        (
            "x-cmek-new-key",
            of(&command.new) == *named,
            "is not the key that new_fingerprint names",
        ),
        (
            "new_fingerprint",
            named != active,
            "is the key that is active already",
        ),
    ];
    let wrong: Vec<FieldError> = checks
        .into_iter()
        .filter(|(_, holds, _)| !holds)
        .map(|(field, _, reason)| FieldError {
            field: field.to_owned(),
            reason: reason.to_owned(),
        })
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(wrong))
    }
}

/// There is one rotation of a vault at a time. One that was cut off does not hold the place.
async fn make_room(core: &Core, tx: &mut dyn Tx, access: &Access<RotateCmek>) -> Step<()> {
    let vault = access.in_vault();
    let Some(other) = tx.cmek().running(vault).await? else {
        return Ok(());
    };
    if other.held_until > core.now() {
        return Err(Refusal::Conflict("A rotation of this vault is running").into());
    }
    tx.cmek()
        .finish(vault, other.id, Some(CUT_OFF), core.now())
        .await?;
    Ok(())
}

/// A rotation that failed may have left values under its new key. Only one to that key finishes it: one
/// to a third would end as completed, and leave them where they are.
async fn check_unfinished(
    tx: &mut dyn Tx,
    vault: InVault,
    command: &RotateCmekCommand,
    active: &CmekFingerprint,
) -> Step<()> {
    let failed = tx
        .cmek()
        .newest_from(vault, active)
        .await?
        .filter(|job| job.state == CmekJobState::Failed && job.new != command.new_fingerprint);
    let Some(job) = failed else {
        return Ok(());
    };
    if tx.cmek().count_under(vault, &job.new).await? > 0 {
        return Err(Refusal::RotationUnfinished { to: job.new }.into());
    }
    Ok(())
}

/// The rotation to begin. Where no version is under the old key it is over at once.
async fn new_job(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<RotateCmek>,
    vault: &Vault,
    command: &RotateCmekCommand,
) -> Step<CmekJob> {
    let (now, old) = (core.now(), active(vault)?.clone());
    let total = tx.cmek().count_under(access.in_vault(), &old).await?;
    let is_over = total == 0;
    Ok(CmekJob {
        id: core.id(CmekJobId::from_uuid),
        org: vault.org,
        vault: vault.id,
        old,
        new: command.new_fingerprint.clone(),
        state: if is_over {
            CmekJobState::Completed
        } else {
            CmekJobState::Running
        },
        total,
        processed: 0,
        failed: 0,
        error: None,
        held_until: now.plus_seconds(HELD),
        created_at: now,
        completed_at: is_over.then_some(now),
    })
}
