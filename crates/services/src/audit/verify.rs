//! Somebody asks whether nothing of what was done was changed, moved or taken away.

use super::check::{ChainCheck, Check, Stretch};
use super::{Audit, Keeper};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use oneclaw_domain::{AuditEvent, Chain, Timestamp};
use oneclaw_policy::{AuditLog, VerifyAudit};
use oneclaw_storage::ChainKeeper;

impl Audit {
    /// Checks a stretch of the organization's chain, and the chain's end.
    ///
    /// # Errors
    /// The caller does not manage the organization; as many checks as may be are under way.
    pub async fn verify(&self, stretch: Stretch, caller: &Caller) -> Result<ChainCheck, Refusal> {
        let on = own_log(caller);
        let mut event = self.core.event::<VerifyAudit>(caller, &on);
        let done = boxed(self.try_verify(stretch, caller, on, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_verify(
        &self,
        stretch: Stretch,
        caller: &Caller,
        on: AuditLog,
        event: &mut AuditEvent,
    ) -> Step<ChainCheck> {
        let core = &*self.core;
        let (store, now) = (&core.seams.store, core.now());
        let (access, _) = core
            .gate
            .judge_alone::<VerifyAudit>(store, caller, on, now)
            .await?;
        let slot = self.verifications.enter(caller.org());
        let _slot = slot.ok_or(Refusal::TooManyRequests { retry_after: 1 })?;
        let keys = core.chain_keys(now).await?.keys();
        let mut reader = store.read().await?;
        let mut check = Check {
            audit: reader.audit(),
            access: &access,
            keys: &keys,
            keeper: Some(&core.chains),
            now,
        };
        let found = check.run(stretch).await?;
        drop(reader);
        if let Some((flaw, _)) = found.broken {
            tracing::error!(org = %caller.org(), flaw = flaw.as_str(), "an audit chain is broken");
            event
                .details
                .insert("flaw".to_owned(), flaw.as_str().into());
        }
        event
            .details
            .insert("valid".to_owned(), found.broken.is_none().into());
        Ok(core.journal.record(event.clone()).await?.covers(found))
    }
}

/// The log of the caller's organization.
pub(super) const fn own_log(caller: &Caller) -> AuditLog {
    AuditLog {
        chain: Chain::Org(caller.org()),
    }
}

impl Core {
    /// The keeper, with all keys that may have been used until now.
    pub(super) async fn chain_keys(&self, now: Timestamp) -> Result<&Keeper, Refusal> {
        if self.chains.is_behind(now) {
            self.chains.keep_up(&*self.seams.store, now).await?;
        }
        Ok(&self.chains)
    }
}
