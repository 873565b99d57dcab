//! A person looks at their API keys.

use super::ApiKeys;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{ApiKey, ApiKeyId, Page, PageSize, Timestamp};
use oneclaw_policy::{Access, ListApiKeys};
use oneclaw_storage::{Reader, StorageError};

impl ApiKeys {
    /// The caller's own keys that were not revoked, newest first.
    ///
    /// # Errors
    /// A cursor of another list.
    pub async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<ApiKey>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ListApiKeys>(caller, &caller.account());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListApiKeys>(store, caller, caller.account(), core.now())
                .await?;
            let of = caller.account().user.to_string();
            let cursors = Cursors::new(&core.keys.mac, "api_keys", access.org(), &of);
            let after = cursors.read_age(page.cursor.as_deref(), ApiKeyId::parse)?;
            let keys = Keys {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, keys).await?;
            let next_cursor = last.map(|(at, id)| cursors.write_age(at, id));
            let listed = Listed { items, next_cursor };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        }
        .await;
        core.settle(event, done).await
    }
}

struct Keys<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListApiKeys>,
}

#[async_trait]
impl Pages for Keys<'_> {
    type Row = ApiKey;
    type Position = (Timestamp, ApiKeyId);

    async fn page(
        &mut self,
        after: Option<(Timestamp, ApiKeyId)>,
        size: PageSize,
    ) -> Result<Page<ApiKey>, StorageError> {
        self.reader.api_keys().list(self.access, after, size).await
    }

    fn position(row: &ApiKey) -> (Timestamp, ApiKeyId) {
        (row.created_at, row.id)
    }
}
