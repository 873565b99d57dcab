//! What is older than is to be kept goes, and the chain stays whole.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{Actor, AuditRequest, Chain, Timestamp};
use oneclaw_policy::{Access, Action, AuditLog, PruneAudit, SystemReason, Target};

/// Chains looked at in one turn: far more than have anything to lose, so that those that cannot be
/// pruned keep nobody from it.
const CHAINS: i64 = 10_000;
/// A day, in seconds.
const DAY: i64 = 86_400;

impl Core {
    /// Takes away what is older than the setting says, a batch per commit, and leaves an event of
    /// each batch in its chain; tells how many events went. Without the setting nothing does. A
    /// chain of which it fails is left for the next turn.
    pub(crate) async fn prune_audit(&self) -> Result<u64, Refusal> {
        let Some(days) = self.settings.audit_retention_days else {
            return Ok(0);
        };
        let before = self.now().plus_seconds(-days.saturating_mul(DAY));
        let (mut pruned, mut failure) = (0, None);
        for chain in self.seams.store.chains_to_prune(before, CHAINS).await? {
            match self.prune_chain(chain, before).await {
                Ok(many) => pruned += many,
                Err(error) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::warn!(error = cause, chain = %chain.uuid(), "could not prune a chain");
                    failure.get_or_insert(error);
                }
            }
            if !self.goes_on().await? {
                break;
            }
        }
        failure.map_or(Ok(pruned), Err)
    }

    async fn prune_chain(&self, chain: Chain, before: Timestamp) -> Result<u64, Refusal> {
        let mut pruned = 0;
        loop {
            let many = self.prune_batch(chain, before).await?;
            pruned += many;
            if many == 0 || !self.goes_on().await? {
                return Ok(pruned);
            }
        }
    }

    async fn prune_batch(&self, chain: Chain, before: Timestamp) -> Result<u64, Refusal> {
        let on = AuditLog { chain };
        let access = Access::<PruneAudit>::system(on.clone(), SystemReason::Housekeeping);
        let store = &self.seams.store;
        let many = self.settings.housekeeping_batch;
        let pruned = store.prune_events(&access, before, many).await?;
        if pruned > 0 {
            // of each batch, so that who dies between two leaves no more than one unsaid
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
            let tx = store.begin().await?;
            tx.commit(event).await?.yields(()).into_inner();
        }
        Ok(pruned)
    }
}
