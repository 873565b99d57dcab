//! Audit events, as they are stored.

use crate::query::execute;
use crate::schema::audit_events;
use crate::session::Session;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::Insertable;
use oneclaw_domain::{AuditEvent, Outcome};
use oneclaw_storage::StorageError;

/// One event. The chain's columns are filled by the sealer.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = audit_events)]
pub(crate) struct NewEvent {
    pub(crate) id: StoredId,
    pub(crate) org_id: Option<StoredId>,
    pub(crate) action: &'static str,
    pub(crate) actor_type: &'static str,
    pub(crate) actor_id: String,
    pub(crate) resource_type: &'static str,
    pub(crate) resource_id: String,
    pub(crate) details: StoredJson,
    pub(crate) outcome: &'static str,
    pub(crate) ip_address: Option<String>,
    pub(crate) request_id: String,
    pub(crate) created_at: StoredTime,
}

impl From<&AuditEvent> for NewEvent {
    fn from(event: &AuditEvent) -> Self {
        Self {
            id: event.id.into(),
            org_id: event.org.map(Into::into),
            action: event.action,
            actor_type: event.actor.kind(),
            actor_id: event.actor.id(),
            resource_type: event.resource.kind.as_str(),
            resource_id: event.resource.id.clone(),
            details: StoredJson(event.full_details()),
            outcome: match event.outcome {
                Outcome::Ok => "ok",
                Outcome::Denied(_) => "denied",
            },
            ip_address: event.request.ip.map(|ip| ip.to_string()),
            request_id: event.request.request_id.clone(),
            created_at: event.created_at.into(),
        }
    }
}

impl Session {
    /// Adds an event to the journal.
    pub(crate) async fn insert_event(&mut self, event: &AuditEvent) -> Result<(), StorageError> {
        let row = NewEvent::from(event);
        execute!(
            self,
            "audit_events",
            diesel::insert_into(audit_events::table).values(&row)
        )?;
        Ok(())
    }
}
