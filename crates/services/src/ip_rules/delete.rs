//! Somebody takes away a rule about callers' addresses.

use super::IpRules;
use super::service::admits_caller;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{AuditResource, IpRuleId, ResourceKind};
use oneclaw_policy::DeleteIpRule;
use oneclaw_storage::{LockMode, Recorded};

impl IpRules {
    /// Takes a rule away, from the next request on.
    ///
    /// # Errors
    /// No such rule of the caller's organization; the caller does not manage it, or would be shut
    /// out by the rules that are left and does not force it.
    pub async fn delete(
        &self,
        rule: IpRuleId,
        force: bool,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut event = core
            .event::<DeleteIpRule>(caller, &caller.org_scope())
            .with("force", force);
        event.resource = AuditResource::new(ResourceKind::IpRule, &rule);
        let done: Step<_> = async {
            let (mode, now) = (LockMode::Exclusive, core.now());
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<DeleteIpRule>(&mut *tx, caller, caller.org_scope(), mode, now)
                .await?;
            if !tx.ip_rules().delete(&access, rule).await? {
                return Err(Refusal::NotFound.into());
            }
            let left = tx.ip_rules().all(access.in_org()).await?;
            admits_caller(&left, caller, force)?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            Ok(tx.commit(event.clone()).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
