//! Somebody deletes a secret.

use super::write::is_counted;
use super::{Precondition, Secrets};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use crate::shares::cancel_mail_of;
use oneclaw_domain::{AuditResource, Resource, ResourceKind, SecretPath, VaultId};
use oneclaw_policy::{DeleteSecret, SecretAt};
use oneclaw_storage::{LockMode, Recorded};

impl Secrets {
    /// Deletes a path with all its versions, and ends what is shared of it.
    ///
    /// # Errors
    /// No such vault, no such path or deleted already; no permission; the precondition does not
    /// hold.
    pub async fn delete(
        &self,
        vault: VaultId,
        path: SecretPath,
        precondition: &Precondition,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let at = SecretAt {
            org: caller.org(),
            vault,
            path,
        };
        let mut event = core.event::<DeleteSecret>(caller, &at);
        let done: Step<_> = async {
            let event = &mut event;
            let now = core.now();
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DeleteSecret>(&mut *tx, caller, at, LockMode::Shared, now)
                .await?;
            let head = tx
                .secrets()
                .lock_for_delete(&access)
                .await?
                .ok_or(Refusal::NotFound)?;
            event.resource = AuditResource::new(ResourceKind::Secret, &head.id);
            // what would be 404 anyway is 404, whatever was expected of it (RFC 9110 13.2.1)
            if head.deleted {
                return Err(Refusal::NotFound.into());
            }
            precondition.check(Some(head.latest))?;
            let shares = tx.secrets().delete(&access, now).await?;
            cancel_mail_of(&mut *tx, &shares, now).await?;
            if is_counted(access.vault()) {
                tx.orgs()
                    .release(access.in_org(), Resource::Secrets, 1)
                    .await?;
            }
            let event = event.clone().with("version", head.latest.get());
            Ok(tx.commit(event).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
