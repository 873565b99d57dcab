//! A person looks at their API keys.

use super::ApiKeys;
use crate::access::Caller;
use crate::lists::{Cursors, gather};
use crate::{ListRequest, Listed, Refusal};
use oneclaw_domain::{ApiKey, ApiKeyId, Timestamp};
use oneclaw_policy::ListApiKeys;

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
        let event = core.event::<ListApiKeys>(caller, &caller.account());
        core.audited(event, async |event| {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListApiKeys>(store, caller, caller.account(), core.now())
                .await?;
            let of = caller.user().to_string();
            let cursors = Cursors::new(&core.keys.mac, "api_keys", access.org(), &of);
            let after = cursors.read(page.cursor.as_deref(), read_position)?;
            let mut reader = store.read().await?;
            let position = |key: &ApiKey| (key.created_at, key.id);
            let (items, last) = gather(page.limit, after, position, async |after, size| {
                reader.api_keys().list(&access, after, size).await
            })
            .await?;
            let next_cursor = last.map(|(at, id)| cursors.write(&format!("{} {id}", at.millis())));
            let listed = Listed { items, next_cursor };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        })
        .await
    }
}

fn read_position(text: &str) -> Option<(Timestamp, ApiKeyId)> {
    let (at, id) = text.split_once(' ')?;
    Some((
        Timestamp::from_millis(at.parse().ok()?),
        ApiKeyId::parse(id).ok()?,
    ))
}
