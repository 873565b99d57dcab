//! The audit events of a test, whole, as the database holds them.

use super::TestApp;
use crate::StoreKind;
use serde_json::Value;

impl TestApp {
    /// Every column of the audit events so far that a caller can cause, oldest first, as objects;
    /// `org_id` is 32 hexadecimal digits, or null for the installation's own chain.
    ///
    /// # Panics
    /// The events cannot be read.
    pub async fn audit(&self) -> Vec<Value> {
        let sql = match self.kind() {
            StoreKind::Sqlite => SQLITE,
            StoreKind::Postgres => POSTGRES,
        };
        let rows = self.rows(sql).await;
        let parse =
            |row: &String| serde_json::from_str(row).unwrap_or_else(|e| panic!("{row}: {e}"));
        rows.iter().map(parse).collect()
    }

    /// The audit events that the request with this id left.
    pub async fn audit_of(&self, request_id: &str) -> Vec<Value> {
        let mut events = self.audit().await;
        events.retain(|event| event["request_id"] == request_id);
        events
    }
}

const SQLITE: &str = "SELECT json_object('action', action, 'outcome', outcome, \
    'org_id', iif(org_id IS NULL, NULL, lower(hex(org_id))), \
    'actor_type', actor_type, 'actor_id', actor_id, \
    'resource_type', resource_type, 'resource_id', resource_id, 'details', json(details), \
    'ip_address', ip_address, 'request_id', request_id) AS text FROM audit_events ORDER BY seq";

const POSTGRES: &str = "SELECT CAST(json_build_object('action', action, 'outcome', outcome, \
    'org_id', replace(CAST(org_id AS text), '-', ''), \
    'actor_type', actor_type, 'actor_id', actor_id, \
    'resource_type', resource_type, 'resource_id', resource_id, 'details', details, \
    'ip_address', ip_address, 'request_id', request_id) AS text) AS text \
    FROM audit_events ORDER BY seq";
