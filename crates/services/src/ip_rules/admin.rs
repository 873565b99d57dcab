//! What an operator does to rules that lock people out, while instances serve.

use super::list::All;
use crate::lists::gather;
use crate::{Seams, StartError};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, EventId, IpRule, OrgId, Outcome, ResourceKind,
};
use oneclaw_policy::{Access, Action, DeleteIpRule, ListIpRules, OrgScope, SystemReason};
use oneclaw_storage::LockMode;
use serde_json::Map;

/// What an operator does to an organization's rules about callers' addresses.
pub struct IpRuleAdmin {
    seams: Seams,
    /// Whom the machine knows them as.
    os_user: String,
}

impl IpRuleAdmin {
    /// Over the same seams as the services; needs no running server. `os_user` is whom the machine
    /// knows the operator as: every event says so.
    pub const fn new(seams: Seams, os_user: String) -> Self {
        Self { seams, os_user }
    }

    /// The organization's rules, oldest first.
    ///
    /// # Errors
    /// No such organization; the store cannot be read.
    pub async fn list(&self, org: OrgId) -> Result<Vec<IpRule>, StartError> {
        let on = OrgScope { org };
        let access = Access::<ListIpRules>::system(on, SystemReason::UndoIpRules);
        let mut reader = self.seams.store.read().await?;
        if reader.access().epoch(org).await?.is_none() {
            return Err(StartError::NoSuchOrg(org));
        }
        let rules = All {
            reader,
            access: &access,
        };
        Ok(gather(None, None, rules).await?.0)
    }

    /// Deletes all rules of the organization, from the next request on, and tells how many there
    /// were. Leaves an event in its audit log.
    ///
    /// # Errors
    /// No such organization; the store fails.
    pub async fn clear(&self, org: OrgId) -> Result<i64, StartError> {
        let on = OrgScope { org };
        let access = Access::<DeleteIpRule>::system(on, SystemReason::UndoIpRules);
        crate::audit::keep(&self.seams).await?;
        let mut tx = self.seams.store.begin().await?;
        if tx.orgs().lock(org, LockMode::Exclusive).await?.is_none() {
            return Err(StartError::NoSuchOrg(org));
        }
        let cleared = tx.ip_rules().clear(&access).await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        let event = self.event(org).with("cleared", cleared);
        Ok(tx.commit(event).await?.yields(cleared).into_inner())
    }

    fn event(&self, org: OrgId) -> AuditEvent {
        AuditEvent {
            id: EventId::from_uuid(self.seams.ids.next()),
            org: Some(org),
            action: DeleteIpRule::NAME,
            actor: Actor::System,
            resource: AuditResource::new(ResourceKind::Org, &org),
            details: Map::new(),
            usage: None,
            outcome: Outcome::Ok,
            request: AuditRequest::default(),
            created_at: self.seams.clock.now(),
        }
        .with("os_user", self.os_user.as_str())
    }
}
