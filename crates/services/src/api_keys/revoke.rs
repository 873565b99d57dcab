//! A person revokes an API key.

use super::ApiKeys;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{ApiKeyId, AuditResource, ResourceKind};
use oneclaw_policy::RevokeApiKey;
use oneclaw_storage::{LockMode, Recorded};

impl ApiKeys {
    /// Revokes a key of the caller; it and its tokens are dead on every instance from the next
    /// request on.
    ///
    /// # Errors
    /// No such key of the caller's, or revoked already.
    pub async fn revoke(&self, key: ApiKeyId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<RevokeApiKey>(caller, &caller.account());
        event.resource = AuditResource::new(ResourceKind::ApiKey, &key);
        let done: Step<_> = async {
            let event = &mut event;
            let now = core.now();
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<RevokeApiKey>(
                    &mut *tx,
                    caller,
                    caller.account(),
                    LockMode::Exclusive,
                    now,
                )
                .await?;
            if !tx.api_keys().revoke(&access, key, now).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.orgs().raise_epoch(access.in_org()).await?;
            Ok(tx.commit(event.clone()).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
