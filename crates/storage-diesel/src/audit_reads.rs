//! What was done, for those who ask.

use crate::error::corrupt;
use crate::query::load;
use crate::schema::audit_events;
use crate::session::Session;
use crate::types::{StoredId, StoredJson, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    ChainHead, ChainedEvent, Page, PageSize, Principal, SecretPath, Timestamp, VaultId,
};
use oneclaw_policy::{
    Access, Action, DeleteSecret, DisableVersion, DryRunPolicy, ExportAudit, ListEvents,
    ListVersions, ReadSecret, RotateSecret, VerifyAudit, WriteSecret,
};
use oneclaw_storage::{EventFilter, ReadAudit, RecordedAccess, StorageError};
use serde_json::Value;

/// The actions on a path.
const ON_A_PATH: [&str; 6] = [
    ReadSecret::NAME,
    ListVersions::NAME,
    WriteSecret::NAME,
    RotateSecret::NAME,
    DeleteSecret::NAME,
    DisableVersion::NAME,
];

/// An event, as far as it tells of an access.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(Pg, Sqlite))]
struct AccessRow {
    seq: i64,
    action: String,
    details: StoredJson,
    outcome: String,
    ip_address: Option<String>,
    created_at: StoredTime,
}

impl AccessRow {
    /// The access, if it was to a path of the vault.
    fn to(self, vault: VaultId) -> Result<Option<RecordedAccess>, StorageError> {
        if !ON_A_PATH.contains(&self.action.as_str()) {
            return Ok(None);
        }
        let text = |name| self.details.0.get(name).and_then(Value::as_str);
        if text("vault_id") != Some(vault.to_string().as_str()) {
            return Ok(None);
        }
        let Some(Ok(path)) = text("path").map(SecretPath::parse) else {
            return Ok(None);
        };
        let ip = self.ip_address.map(|ip| ip.parse()).transpose();
        Ok(Some(RecordedAccess {
            seq: self.seq,
            action: self.action,
            path,
            allowed: self.outcome == "ok",
            ip: ip.map_err(|_| corrupt("audit_events.ip_address"))?,
            at: self.created_at.into(),
        }))
    }
}

#[async_trait]
impl ReadAudit for Session {
    async fn accesses(
        &mut self,
        access: &Access<DryRunPolicy>,
        by: Principal,
        since: Timestamp,
        before: Option<i64>,
        examine: i64,
    ) -> Result<(Vec<RecordedAccess>, Option<i64>), StorageError> {
        let org = StoredId::from(access.on().org);
        // what they did is walked by the index, and counted, whether it is an access or not
        let rows: Vec<AccessRow> = load!(
            self,
            "audit_events",
            audit_events::table
                .filter(audit_events::org_id.eq(org))
                .filter(audit_events::actor_id.eq(by.uuid().to_string()))
                .filter(audit_events::actor_type.eq(by.kind()))
                .filter(audit_events::seq.lt(before.unwrap_or(i64::MAX)))
                .order(audit_events::seq.desc())
                .limit(examine)
                .select(AccessRow::as_select())
        )?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|many| many >= examine);
        let is_recent = |row: &AccessRow| row.created_at >= StoredTime::from(since);
        let last = rows.last().filter(|row| is_full && is_recent(row));
        let last = last.map(|row| row.seq);
        let mut found = Vec::new();
        for row in rows.into_iter().filter(is_recent) {
            found.extend(row.to(access.on().vault)?);
        }
        Ok((found, last))
    }

    async fn events(
        &mut self,
        access: &Access<ListEvents>,
        filter: &EventFilter,
        before: Option<i64>,
        skip: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn count_events(
        &mut self,
        access: &Access<ListEvents>,
        filter: &EventFilter,
    ) -> Result<i64, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn chain_head(
        &mut self,
        access: &Access<VerifyAudit>,
    ) -> Result<Option<ChainHead>, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn chain_range(
        &mut self,
        access: &Access<VerifyAudit>,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Option<(i64, i64)>, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn chain_events(
        &mut self,
        access: &Access<VerifyAudit>,
        from_position: i64,
        size: PageSize,
    ) -> Result<Vec<ChainedEvent>, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn unchained(&mut self, access: &Access<VerifyAudit>) -> Result<i64, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
    async fn export_events(
        &mut self,
        access: &Access<ExportAudit>,
        filter: &EventFilter,
        after: Option<i64>,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        Err(StorageError::Backend("not there yet".into()))
    }
}
