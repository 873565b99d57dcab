//! The reads of the contract.

use super::rows::{AgentRow, IssueRow, SettingsRow, parse};
use crate::query::{find, load, one_more};
use crate::schema::agents;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{Agent, AgentId, OrgId, Page, PageSize};
use oneclaw_policy::{Access, ListAgents, ReadAgent, ReadOwnAgent};
use oneclaw_storage::{AgentCursor, ReadAgents, StorageError};

impl Session {
    async fn agent(&mut self, org: OrgId, agent: AgentId) -> Result<Option<Agent>, StorageError> {
        let (org, agent) = (StoredId::from(org), StoredId::from(agent));
        let row: Option<AgentRow> = find!(
            self,
            "agents",
            agents::table
                .filter(agents::org_id.eq(org))
                .filter(agents::id.eq(agent))
                .select((IssueRow::as_select(), SettingsRow::as_select()))
        )?;
        row.map(parse).transpose()
    }
}

#[async_trait]
impl ReadAgents for Session {
    async fn find_by_key_hash(&mut self, hash: &[u8; 32]) -> Result<Option<Agent>, StorageError> {
        let row: Option<AgentRow> = find!(
            self,
            "agents",
            agents::table
                .filter(agents::key_hash.eq(hash.as_slice()))
                .select((IssueRow::as_select(), SettingsRow::as_select()))
        )?;
        row.map(parse).transpose()
    }

    async fn find(&mut self, access: &Access<ReadAgent>) -> Result<Option<Agent>, StorageError> {
        self.agent(access.on().org, access.on().agent).await
    }

    async fn find_own(
        &mut self,
        access: &Access<ReadOwnAgent>,
    ) -> Result<Option<Agent>, StorageError> {
        self.agent(access.on().org, access.on().agent).await
    }

    async fn list(
        &mut self,
        access: &Access<ListAgents>,
        after: Option<AgentCursor>,
        size: PageSize,
    ) -> Result<Page<Agent>, StorageError> {
        let org = StoredId::from(access.on().org);
        let all = agents::table
            .filter(agents::org_id.eq(org))
            .order((agents::created_at.asc(), agents::id.asc()))
            .limit(one_more(size));
        let rows: Vec<AgentRow> = match after {
            None => load!(
                self,
                "agents",
                all.select((IssueRow::as_select(), SettingsRow::as_select()))
            )?,
            Some(cursor) => {
                let (at, id) = (
                    StoredTime::from(cursor.created_at),
                    StoredId::from(cursor.id),
                );
                let behind = agents::created_at
                    .gt(at)
                    .or(agents::created_at.eq(at).and(agents::id.gt(id)));
                load!(
                    self,
                    "agents",
                    all.filter(behind)
                        .select((IssueRow::as_select(), SettingsRow::as_select()))
                )?
            }
        };
        let found = rows.into_iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Page::cut(found, size))
    }
}
