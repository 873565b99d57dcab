//! What an operator asks of audit logs from the store's own machine.

use super::check::{ChainCheck, Check, Stretch};
use super::export::{AuditExport, Begun, ExportAuditCommand, described, operator};
use super::keeper::Keeper;
use super::start::{keep, open};
use crate::{Seams, StartError};
use oneclaw_domain::{Actor, AuditEvent, AuditRequest, Chain, EventId, Outcome};
use oneclaw_policy::{Action, AuditLog, ExportAudit, Target};
use serde_json::Map;

/// What an operator asks of audit logs.
pub struct AuditAdmin {
    seams: Seams,
    /// Whom the machine knows them as.
    operator: String,
}

impl AuditAdmin {
    /// Over the same seams as the services; needs no running server.
    pub const fn new(seams: Seams, operator: String) -> Self {
        Self { seams, operator }
    }

    /// Every chain that has an end, an event or an organization.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn chains(&self) -> Result<Vec<Chain>, StartError> {
        Ok(self.seams.store.chains().await?)
    }

    /// How many events and ends of chains are in none, because their organization's id is no id.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn strays(&self) -> Result<i64, StartError> {
        Ok(self.seams.store.strays().await?)
    }

    /// Checks the whole of a chain.
    ///
    /// # Errors
    /// No such organization; the store cannot be read, or has no keys.
    pub async fn check(&self, chain: Chain) -> Result<ChainCheck, StartError> {
        self.is_there(chain).await?;
        let keeper = self.keeper().await?;
        let keys = keeper.keys();
        let (_, access) = operator(chain);
        let mut reader = self.seams.store.read().await?;
        let mut check = Check {
            audit: reader.audit(),
            access: &access,
            keys: &keys,
            keeper: None,
            now: self.seams.clock.now(),
        };
        Ok(check.run(Stretch::default()).await?)
    }

    /// All events of a chain that fit, piece by piece. Leaves an event in that chain before the
    /// first piece is there.
    ///
    /// # Errors
    /// No such organization; the store fails, or has no keys.
    pub async fn export(
        &self,
        chain: Chain,
        command: ExportAuditCommand,
    ) -> Result<AuditExport, StartError> {
        self.is_there(chain).await?;
        keep(&self.seams).await?;
        let keeper = self.keeper().await?;
        let id = self.seams.ids.next();
        let event = described(self.event(chain), &command, id);
        let (access, seen) = operator(chain);
        let begun = Begun {
            id,
            at: self.seams.clock.now(),
            access,
            seen,
            command,
            slot: None,
        };
        let export = begun.open(&self.seams.store, &keeper).await?;
        let tx = self.seams.store.begin().await?;
        Ok(tx.commit(event).await?.yields(export).into_inner())
    }

    async fn keeper(&self) -> Result<Keeper, StartError> {
        let stored = self.seams.store.chain_keys().await?;
        if stored.is_empty() {
            return Err(StartError::NoKeys);
        }
        open(&self.seams, &stored).await
    }

    async fn is_there(&self, chain: Chain) -> Result<(), StartError> {
        let Some(org) = chain.org() else {
            return Ok(());
        };
        let (_, seen) = operator(chain);
        let mut reader = self.seams.store.read().await?;
        // the log of an organization that is gone is still there, and so is what somebody put there
        let is_there = reader
            .audit()
            .chain_range(&seen, None, None)
            .await?
            .is_some()
            || reader.access().epoch(org).await?.is_some()
            || reader.audit().unchained(&seen).await? > 0
            || reader.audit().chain_head(&seen).await?.is_some();
        if is_there {
            Ok(())
        } else {
            Err(StartError::NoSuchOrg(org))
        }
    }

    fn event(&self, chain: Chain) -> AuditEvent {
        let on = AuditLog { chain };
        AuditEvent {
            id: EventId::from_uuid(self.seams.ids.next()),
            org: chain.org(),
            action: ExportAudit::NAME,
            actor: Actor::System,
            resource: on.resource(),
            details: Map::new(),
            outcome: Outcome::Ok,
            request: AuditRequest::default(),
            created_at: self.seams.clock.now(),
            usage: None,
        }
        .with("operator", self.operator.clone())
    }
}
