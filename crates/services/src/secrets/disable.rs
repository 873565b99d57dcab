//! Somebody disables one version.

use super::Secrets;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{
    AuditResource, ResourceKind, SecretPath, VaultId, VersionNumber, VersionState,
};
use oneclaw_policy::{DisableVersion, SecretAt};
use oneclaw_storage::{LockMode, Recorded};

impl Secrets {
    /// Disables one version; doing so again changes nothing.
    ///
    /// # Errors
    /// No such vault, path or version; no permission; the version was deleted.
    pub async fn disable_version(
        &self,
        vault: VaultId,
        path: SecretPath,
        number: VersionNumber,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let at = SecretAt {
            org: caller.org(),
            vault,
            path,
        };
        let mut event = core
            .event::<DisableVersion>(caller, &at)
            .with("version", number.get());
        let done: Step<_> = async {
            let event = &mut event;
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DisableVersion>(&mut *tx, caller, at, LockMode::Shared, core.now())
                .await?;
            let version = tx
                .secrets()
                .lock_version(&access, number)
                .await?
                .ok_or(Refusal::NotFound)?;
            event.resource = AuditResource::new(ResourceKind::Secret, &version.secret);
            if version.deleted {
                return Err(Refusal::Gone(VersionState::Deleted).into());
            }
            tx.secrets().disable(&access, number).await?;
            Ok(tx.commit(event.clone()).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
