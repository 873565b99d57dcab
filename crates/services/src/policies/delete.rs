//! Somebody takes a policy away.

use super::Policies;
use super::terms::described;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{AuditResource, Permissions, PolicyId, ResourceKind, VaultId};
use oneclaw_policy::{DeletePolicy, VaultScope};
use oneclaw_storage::{DeletedPolicy, LockMode, Recorded};

impl Policies {
    /// Deletes a policy of the vault; what it gave is gone from the next request on, on every
    /// instance.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; no such policy on
    /// it; an agent about itself.
    pub async fn delete(
        &self,
        vault: VaultId,
        policy: PolicyId,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let mut event = core.event::<DeletePolicy>(caller, &on);
        event.resource = AuditResource::new(ResourceKind::Policy, &policy);
        let done: Step<_> = async {
            let event = &mut event;
            let mut tx = core.seams.store.begin().await?;
            let (mode, now) = (LockMode::Exclusive, core.now());
            let access = core
                .gate
                .judge_in::<DeletePolicy>(&mut *tx, caller, on.clone(), mode, now)
                .await?;
            let deleted = tx.policies().delete(&access, policy).await?;
            let deleted = deleted.ok_or(Refusal::NotFound)?;
            if let Some(whom) = deleted.principal() {
                access.may_govern(whom)?;
            }
            access.may_give(match &deleted {
                DeletedPolicy::Readable(policy) => policy.terms.permissions,
                DeletedPolicy::Unreadable { .. } => Permissions::ALL,
            })?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            let event = match &deleted {
                DeletedPolicy::Readable(policy) => described(event, policy),
                DeletedPolicy::Unreadable { principal, pattern } => event
                    .clone()
                    .with("principal", principal.as_str())
                    .with("pattern", pattern.as_str())
                    .with("unreadable", true),
            };
            Ok(tx.commit(event).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
