//! What is older than is to be kept goes, and the chain stays whole.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{Actor, AuditRequest, Chain, Timestamp};
use oneclaw_policy::{Access, Action, AuditLog, PruneAudit, SystemReason, Target};

/// Events taken away in one commit, and chains looked at in one turn.
const BATCH: i64 = 500;
/// A day, in seconds.
const DAY: i64 = 86_400;

impl Core {
    /// Takes away what is older than the setting says, in small commits, and leaves an event of it
    /// in each chain; tells how many events went. Without the setting nothing does.
    pub(crate) async fn prune_audit(&self) -> Result<u64, Refusal> {
        let Some(days) = self.settings.audit_retention_days else {
            return Ok(0);
        };
        let before = self.now().plus_seconds(-days.saturating_mul(DAY));
        let mut pruned = 0;
        for chain in self.seams.store.chains_to_prune(before, BATCH).await? {
            pruned += self.prune_chain(chain, before).await?;
        }
        Ok(pruned)
    }

    async fn prune_chain(&self, chain: Chain, before: Timestamp) -> Result<u64, Refusal> {
        let on = AuditLog { chain };
        let access = Access::<PruneAudit>::system(on.clone(), SystemReason::Housekeeping);
        let mut pruned = 0;
        loop {
            let many = self
                .seams
                .store
                .prune_events(&access, before, BATCH)
                .await?;
            pruned += many;
            if many == 0 {
                break;
            }
        }
        if pruned > 0 {
            let event = self.bare_event(
                PruneAudit::NAME,
                on.tenant(),
                Actor::System,
                on.resource(),
                &AuditRequest::default(),
            );
            let event = event
                .with("events", pruned)
                .with("before", before.to_string());
            let tx = self.seams.store.begin().await?;
            tx.commit(event).await?.yields(()).into_inner();
        }
        Ok(pruned)
    }
}
