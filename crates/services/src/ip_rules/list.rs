//! Somebody looks at the rules about callers' addresses.

use super::IpRules;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{IpRule, IpRuleId, Page, PageSize};
use oneclaw_policy::{Access, ListIpRules};
use oneclaw_storage::{IpRuleCursor, Reader, StorageError};

impl IpRules {
    /// The organization's rules, oldest first.
    ///
    /// # Errors
    /// The caller does not manage the organization; a cursor of another list.
    pub async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<IpRule>, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListIpRules>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListIpRules>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "ip_rules", access.org(), "");
            let after = cursors.read_age(page.cursor.as_deref(), IpRuleId::parse)?;
            let after = after.map(|(created_at, id)| IpRuleCursor { created_at, id });
            let rules = All {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, rules).await?;
            let write = |last: IpRuleCursor| cursors.write_age(last.created_at, last.id);
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

/// All rules of one organization, page by page.
pub(super) struct All<'a> {
    pub(super) reader: Box<dyn Reader>,
    pub(super) access: &'a Access<ListIpRules>,
}

#[async_trait]
impl Pages for All<'_> {
    type Row = IpRule;
    type Position = IpRuleCursor;

    async fn page(
        &mut self,
        after: Option<IpRuleCursor>,
        size: PageSize,
    ) -> Result<Page<IpRule>, StorageError> {
        self.reader.ip_rules().list(self.access, after, size).await
    }

    fn position(row: &IpRule) -> IpRuleCursor {
        IpRuleCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
