//! Somebody takes the log along.

use super::lines::{Header, Sealer};
use super::stream::AuditExport;
use crate::Refusal;
use crate::access::Caller;
use crate::audit::Audit;
use crate::audit::keeper::Keeper;
use crate::audit::keys::ChainKeys;
use crate::audit::verify::own_log;
use crate::audit::walk::{Flaw, end_holds};
use crate::core::{Step, boxed};
use crate::policies::Slot;
use oneclaw_domain::{AuditEvent, Chain, ChainHead, Timestamp};
use oneclaw_policy::{Access, AuditLog, ExportAudit, SystemReason, VerifyAudit};
use oneclaw_storage::{EventFilter, ReadAudit, StorageError, Store};
use std::sync::Arc;
use uuid::Uuid;

/// In which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportFormat {
    /// A JSON object per line, each proved by its line's own MAC: can be checked later.
    JsonLines,
    /// For spreadsheets: RFC 4180.
    Csv,
}

impl ExportFormat {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// What is taken along.
#[derive(Clone, Debug)]
pub struct ExportAuditCommand {
    /// Which events.
    pub filter: EventFilter,
    /// In which form.
    pub format: ExportFormat,
}

impl Audit {
    /// The events that fit, oldest first, piece by piece. That they were taken is on disk before
    /// the first piece is there.
    ///
    /// # Errors
    /// The caller does not manage the organization; as many exports as may be are under way.
    pub async fn export(
        &self,
        command: &ExportAuditCommand,
        caller: &Caller,
    ) -> Result<AuditExport, Refusal> {
        let on = own_log(caller);
        let event = self.core.event::<ExportAudit>(caller, &on);
        let id = self.core.seams.ids.next();
        let event = described(event, command, id);
        let done = boxed(self.try_export(command, caller, on, (id, &event))).await;
        self.core.settle(event, done).await
    }

    async fn try_export(
        &self,
        command: &ExportAuditCommand,
        caller: &Caller,
        on: AuditLog,
        (id, event): (Uuid, &AuditEvent),
    ) -> Step<AuditExport> {
        let core = &*self.core;
        let (store, now) = (&core.seams.store, core.now());
        let (access, _) = core
            .gate
            .judge_alone::<ExportAudit>(store, caller, on.clone(), now)
            .await?;
        let (seen, _) = core
            .gate
            .judge_alone::<VerifyAudit>(store, caller, on, now)
            .await?;
        let slot = self.exports.enter(caller.org());
        let slot = slot.ok_or(Refusal::TooManyRequests { retry_after: 1 })?;
        let keeper = core.chain_keys(now).await?;
        let begun = Begun {
            id,
            at: now,
            access,
            seen,
            command: command.clone(),
            slot: Some(slot),
        };
        let export = begun.open(store, keeper).await?;
        Ok(core.journal.record(event.clone()).await?.covers(export))
    }
}

/// What was asked for, in the event of it.
pub(in crate::audit) fn described(
    event: AuditEvent,
    command: &ExportAuditCommand,
    id: Uuid,
) -> AuditEvent {
    let event = event
        .with("export_id", id.to_string())
        .with("format", command.format.as_str());
    match Header::filters(&command.filter) {
        filters if filters.is_empty() => event,
        filters => event.with("filters", filters),
    }
}

/// An export before its first piece.
pub(in crate::audit) struct Begun {
    pub(in crate::audit) id: Uuid,
    pub(in crate::audit) at: Timestamp,
    pub(in crate::audit) access: Access<ExportAudit>,
    /// Of the same chain, for its ends.
    pub(in crate::audit) seen: Access<VerifyAudit>,
    pub(in crate::audit) command: ExportAuditCommand,
    #[expect(dead_code, reason = "held until the export is over")]
    pub(in crate::audit) slot: Option<Slot>,
}

impl Begun {
    /// Everything up to the chain's end as it is now.
    pub(in crate::audit) async fn open(
        self,
        store: &Arc<dyn Store>,
        keeper: &Keeper,
    ) -> Result<AuditExport, StorageError> {
        let stored = store.chain_keys().await?;
        let keys = keeper.keys();
        let mut reader = store.read().await?;
        let head = reader.audit().chain_head(&self.seen).await?;
        let head = head.as_ref();
        let until = self.until(reader.audit(), head, &keys).await?;
        drop(reader);
        let pruned = head.map_or(0, |head| head.pruned);
        let sealer = match self.command.format {
            ExportFormat::Csv => None,
            ExportFormat::JsonLines => {
                let key = keys.at(self.at).map(|key| key.id.clone());
                let header = Header::new(&self, head, &stored);
                Some((Sealer::new(keys, key.unwrap_or_default(), self.id), header))
            }
        };
        let store = Arc::clone(store);
        Ok(AuditExport::new(self, store, (pruned, until), sealer))
    }

    /// The place of the last event. An end that is not as it was signed does not say how many there
    /// are: then, and where it is gone, it is the last place that is found.
    async fn until(
        &self,
        audit: &mut dyn ReadAudit,
        head: Option<&ChainHead>,
        keys: &ChainKeys,
    ) -> Result<i64, StorageError> {
        let end = head.ok_or(Flaw::EndMissing);
        let flaw = match end.and_then(|head| end_holds(keys, head, None).map(|()| head.length)) {
            Ok(length) => return Ok(length),
            Err(flaw) => flaw,
        };
        tracing::error!(
            chain = %self.access.on().chain.uuid(),
            flaw = flaw.as_str(),
            "an audit log is exported whose end does not hold"
        );
        let found = audit.chain_range(&self.seen, None, None).await?;
        Ok(found.map_or(0, |(_, last)| last))
    }
}

/// Access to what a check of the same chain reads, for the operator.
pub(in crate::audit) fn operator(chain: Chain) -> (Access<ExportAudit>, Access<VerifyAudit>) {
    let on = AuditLog { chain };
    (
        Access::system(on.clone(), SystemReason::Operator),
        Access::system(on, SystemReason::Operator),
    )
}
