//! Somebody takes a share back.

use super::Shares;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_domain::ShareId;
use oneclaw_policy::{RevokeShare, ShareAt};
use oneclaw_storage::{LockMode, MailSubject, Recorded};

impl Shares {
    /// Takes a share back: it is not there any more from then on, and mail that tells of it is not
    /// sent.
    ///
    /// # Errors
    /// No such share in the caller's organization, or none that the caller made or manages.
    pub async fn revoke(&self, share: ShareId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let event = self.event_about::<RevokeShare>(share, caller);
        let done = boxed(async {
            let (core, now) = (&*self.core, self.core.now());
            let store = &core.seams.store;
            core.gate.confirm(store, caller, now).await?;
            let org = caller.org();
            let found = store.read().await?.shares().find(org, share).await?;
            let maker = found.ok_or(Refusal::NotFound)?.created_by;
            let on = ShareAt { org, share, maker };
            let mut tx = store.begin().await?;
            let access = core
                .gate
                .judge_in::<RevokeShare>(&mut *tx, caller, on, LockMode::Shared, now)
                .await?;
            if !tx.shares().revoke(&access, now).await? {
                return Err(Refusal::NotFound.into());
            }
            let about = MailSubject::Share(share.uuid());
            tx.outbox().cancel(about, now).await?;
            let done: Step<_> = Ok(tx.commit(event.clone()).await?.yields(()));
            done
        })
        .await;
        self.core.settle(event, done).await
    }
}
