//! What was done, for those who ask.

use crate::audit_rows::EventRow;
use crate::chains::HeadRow;
use crate::error::corrupt;
use crate::query::{find, load, one_more, run};
use crate::schema::{audit_chains, audit_events};
use crate::session::Session;
use crate::types::{StoredId, StoredJson, StoredTime};
use async_trait::async_trait;
use diesel::dsl::{count_star, max, min, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Chain, ChainHead, ChainedEvent, Page, PageSize, Principal, SecretPath, Timestamp, VaultId,
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

/// Two of an event's details, as text, in a store's own words. Details that somebody made no JSON of
/// have neither, and do not fail the query.
trait Details {
    const PATH: &str;
    const VAULT: &str;
}

impl Details for Sqlite {
    const PATH: &str = "(CASE WHEN json_valid(details) THEN details ->> 'path' END)";
    const VAULT: &str = "(CASE WHEN json_valid(details) THEN details ->> 'vault_id' END)";
}

impl Details for Pg {
    const PATH: &str = "(details ->> 'path')";
    const VAULT: &str = "(details ->> 'vault_id')";
}

/// The events of a chain that fit, for one of the two stores.
macro_rules! matching {
    ($backend:ty, $chain:expr, $filter:expr) => {{
        let filter: &EventFilter = $filter;
        let mut query = audit_events::table.into_boxed::<$backend>();
        query = match $chain {
            Chain::Org(org) => query.filter(audit_events::org_id.eq(StoredId::from(org))),
            Chain::Installation => query.filter(audit_events::org_id.is_null()),
        };
        if let Some(action) = &filter.action {
            query = query.filter(audit_events::action.eq(action.clone()));
        }
        if let Some(actor) = &filter.actor {
            query = query.filter(audit_events::actor_id.eq(actor.clone()));
        }
        if let Some(kind) = &filter.resource_type {
            query = query.filter(audit_events::resource_type.eq(kind.clone()));
        }
        if let Some(resource) = &filter.resource {
            let of_path = sql::<Nullable<Text>>(<$backend as Details>::PATH).eq(resource.clone());
            let of_vault = sql::<Nullable<Text>>(<$backend as Details>::VAULT).eq(resource.clone());
            let of_id = audit_events::resource_id.nullable().eq(resource.clone());
            query = query.filter(of_id.or(of_path).or(of_vault));
        }
        if let Some(vault) = filter.vault {
            let of_vault = sql::<Nullable<Text>>(<$backend as Details>::VAULT);
            query = query.filter(of_vault.eq(vault.to_string()));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit_events::created_at.ge(StoredTime::from(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit_events::created_at.lt(StoredTime::from(to)));
        }
        query
    }};
}

/// Those of a query that the caller may see.
macro_rules! seen {
    ($query:expr, $access:expr) => {{
        let mut query = $query;
        if !$access.manages_org() {
            // nobody named did nothing
            let who = $access.principal();
            query = query
                .filter(
                    audit_events::actor_id
                        .eq(who.map_or(String::new(), |who| who.uuid().to_string())),
                )
                .filter(audit_events::actor_type.eq(who.map_or("", |who| who.kind())));
        }
        query
    }};
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
        let before = before.unwrap_or(i64::MAX);
        macro_rules! newest {
            ($backend:ty) => {
                seen!(
                    matching!($backend, Chain::Org(access.org()), filter),
                    access
                )
                .filter(audit_events::seq.lt(before))
                .order(audit_events::seq.desc())
                .offset(skip)
                .limit(one_more(size))
                .select(EventRow::as_select())
            };
        }
        let rows = run!(self, get_results, newest!(Sqlite), newest!(Pg));
        self.page(rows, size)
    }

    async fn count_events(
        &mut self,
        access: &Access<ListEvents>,
        filter: &EventFilter,
    ) -> Result<i64, StorageError> {
        let is_all = access.manages_org() && *filter == EventFilter::default();
        if is_all && let Some(head) = self.head_of(Chain::Org(access.org())).await? {
            return Ok(head.length.saturating_sub(head.pruned));
        }
        macro_rules! all {
            ($backend:ty) => {
                seen!(
                    matching!($backend, Chain::Org(access.org()), filter),
                    access
                )
                .select(count_star())
            };
        }
        let many = run!(self, get_result, all!(Sqlite), all!(Pg));
        self.settle("audit_events", many)
    }

    async fn chain_head(
        &mut self,
        access: &Access<VerifyAudit>,
    ) -> Result<Option<ChainHead>, StorageError> {
        self.head_of(access.on().chain).await
    }

    async fn chain_range(
        &mut self,
        access: &Access<VerifyAudit>,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Option<(i64, i64)>, StorageError> {
        let chain = access.on().chain;
        if from.is_none() && to.is_none() {
            return self.whole_range(chain).await;
        }
        let filter = EventFilter {
            from,
            to,
            ..EventFilter::default()
        };
        // the sum keeps the store from walking along all places: times lead to few of them
        macro_rules! ends {
            ($backend:ty) => {
                matching!($backend, chain, &filter).select((
                    min(audit_events::chain_position + 0),
                    max(audit_events::chain_position + 0),
                ))
            };
        }
        let ends = run!(self, get_result, ends!(Sqlite), ends!(Pg));
        let (first, last): (Option<i64>, Option<i64>) = self.settle("audit_events", ends)?;
        Ok(first.zip(last))
    }

    async fn chain_events(
        &mut self,
        access: &Access<VerifyAudit>,
        from_position: i64,
        size: PageSize,
    ) -> Result<Vec<ChainedEvent>, StorageError> {
        let many = i64::try_from(size.get()).unwrap_or(i64::MAX);
        macro_rules! next {
            ($backend:ty) => {
                matching!($backend, access.on().chain, &EventFilter::default())
                    .filter(audit_events::chain_position.ge(from_position))
                    .order((audit_events::chain_position, audit_events::seq))
                    .limit(many)
                    .select(EventRow::as_select())
            };
        }
        let rows = run!(self, get_results, next!(Sqlite), next!(Pg));
        let rows: Vec<EventRow> = self.settle("audit_events", rows)?;
        Ok(rows.into_iter().map(EventRow::parse).collect())
    }

    async fn unchained(&mut self, access: &Access<VerifyAudit>) -> Result<i64, StorageError> {
        macro_rules! without {
            ($backend:ty) => {
                matching!($backend, access.on().chain, &EventFilter::default())
                    .filter(audit_events::chain_position.is_null())
                    .select(count_star())
            };
        }
        let many = run!(self, get_result, without!(Sqlite), without!(Pg));
        self.settle("audit_events", many)
    }

    async fn export_events(
        &mut self,
        access: &Access<ExportAudit>,
        filter: &EventFilter,
        (position, seq): (i64, i64),
        until: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        let is_placed = audit_events::chain_position
            .ge(position)
            .and(audit_events::chain_position.le(until));
        // somebody else's row may stand at a place, too
        let is_behind = audit_events::chain_position
            .gt(position)
            .or(audit_events::seq.gt(seq));
        macro_rules! oldest {
            ($backend:ty) => {
                matching!($backend, access.on().chain, filter)
                    .filter(is_placed)
                    .filter(is_behind)
                    .order((audit_events::chain_position, audit_events::seq))
                    .limit(one_more(size))
                    .select(EventRow::as_select())
            };
        }
        let rows = run!(self, get_results, oldest!(Sqlite), oldest!(Pg));
        self.page(rows, size)
    }

    async fn export_unchained(
        &mut self,
        access: &Access<ExportAudit>,
        filter: &EventFilter,
        after: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        macro_rules! oldest {
            ($backend:ty) => {
                matching!($backend, access.on().chain, filter)
                    .filter(audit_events::chain_position.is_null())
                    .filter(audit_events::seq.gt(after))
                    .order(audit_events::seq)
                    .limit(one_more(size))
                    .select(EventRow::as_select())
            };
        }
        let rows = run!(self, get_results, oldest!(Sqlite), oldest!(Pg));
        self.page(rows, size)
    }
}

impl Session {
    async fn head_of(&mut self, chain: Chain) -> Result<Option<ChainHead>, StorageError> {
        let row: Option<HeadRow> = find!(
            self,
            "audit_chains",
            audit_chains::table
                .filter(audit_chains::chain.eq(StoredId(chain.uuid())))
                .select(HeadRow::as_select())
        )?;
        Ok(row.map(HeadRow::parse))
    }

    /// The first and the last place of a chain, each found by its own way down the index: asked for
    /// both at once, SQLite reads every place.
    async fn whole_range(&mut self, chain: Chain) -> Result<Option<(i64, i64)>, StorageError> {
        let all = EventFilter::default();
        macro_rules! end {
            ($backend:ty, $order:ident) => {
                matching!($backend, chain, &all)
                    .filter(audit_events::chain_position.is_not_null())
                    .order(audit_events::chain_position.$order())
                    .limit(1)
                    .select(audit_events::chain_position)
            };
        }
        let first = run!(self, get_result, end!(Sqlite, asc), end!(Pg, asc));
        let first: Option<Option<i64>> = self.settle_optional("audit_events", first)?;
        let last = run!(self, get_result, end!(Sqlite, desc), end!(Pg, desc));
        let last: Option<Option<i64>> = self.settle_optional("audit_events", last)?;
        Ok(first.flatten().zip(last.flatten()))
    }

    fn page(
        &mut self,
        rows: QueryResult<Vec<EventRow>>,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError> {
        let rows = self.settle("audit_events", rows)?;
        let events = rows.into_iter().map(EventRow::parse).collect();
        Ok(Page::cut(events, size))
    }
}
