//! Somebody looks how a rotation stands.

use super::Cmek;
use super::pieces::CUT_OFF;
use crate::access::Caller;
use crate::core::Step;
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{CmekJob, CmekJobId, CmekJobState, Timestamp, VaultId};
use oneclaw_policy::{Facts, ReadCmekJob, VaultScope};

impl Cmek {
    /// A rotation of a vault. One that nobody works at any more reads as failed.
    ///
    /// # Errors
    /// No such vault in the caller's organization, or no such rotation of it; the caller does not
    /// manage the vault.
    pub async fn job(
        &self,
        vault: VaultId,
        job: CmekJobId,
        caller: &Caller,
    ) -> Result<CmekJob, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let event = core
            .event::<ReadCmekJob>(caller, &on)
            .with("job_id", job.to_string());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let found = store.read().await?.vaults().find(on.org, on.vault).await?;
            let found = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
            let seen = (found.epoch, Facts::vault(found.vault.as_ref()));
            let access = core
                .gate
                .judge::<ReadCmekJob>(store, caller, on, seen, core.now())
                .await?;
            let job = store.read().await?.cmek().job(&access, job).await?;
            let job = as_of(job.ok_or(Refusal::NotFound)?, core.now());
            Ok(core.journal.record(event.clone()).await?.covers(job))
        }
        .await;
        core.settle(event, done).await
    }
}

/// The next rotation writes it down; until then, time tells.
fn as_of(job: CmekJob, now: Timestamp) -> CmekJob {
    if job.state != CmekJobState::Running || job.held_until > now {
        return job;
    }
    CmekJob {
        state: CmekJobState::Failed,
        error: Some(CUT_OFF.to_owned()),
        completed_at: Some(job.held_until),
        ..job
    }
}
