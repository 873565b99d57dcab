//! A person looks at the organization's agents.

use super::Agents;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Agent, AgentId, Page, PageSize};
use oneclaw_policy::{Access, ListAgents};
use oneclaw_storage::{AgentCursor, Reader, StorageError};

impl Agents {
    /// The organization's agents, oldest first.
    ///
    /// # Errors
    /// A cursor of another list; the caller is an agent.
    pub async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Agent>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ListAgents>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListAgents>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "agents", access.org(), "");
            let after = cursors.read_age(page.cursor.as_deref(), AgentId::parse)?;
            let after = after.map(|(created_at, id)| AgentCursor { created_at, id });
            let agents = Registered {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, agents).await?;
            let write = |last: AgentCursor| cursors.write_age(last.created_at, last.id);
            let listed = Listed {
                items,
                next_cursor: last.map(write),
            };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        }
        .await;
        core.settle(event, done).await
    }
}

struct Registered<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListAgents>,
}

#[async_trait]
impl Pages for Registered<'_> {
    type Row = Agent;
    type Position = AgentCursor;

    async fn page(
        &mut self,
        after: Option<AgentCursor>,
        size: PageSize,
    ) -> Result<Page<Agent>, StorageError> {
        self.reader.agents().list(self.access, after, size).await
    }

    fn position(row: &Agent) -> AgentCursor {
        AgentCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
