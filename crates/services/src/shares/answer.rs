//! A recipient takes a share, or refuses it.

use super::Shares;
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::{Refusal, ShareEnd};
use oneclaw_domain::{
    AuditEvent, AuditResource, Principal, Recipient, ResourceKind, Share, ShareId, ShareReader,
    ShareState,
};
use oneclaw_policy::{AcceptShare, Access, Action, DeclineShare, ReadProfile, SystemReason};
use oneclaw_storage::{LockMode, Recorded, Tx};

impl Shares {
    /// Takes what is shared with the caller. Reading it does so, too.
    ///
    /// # Errors
    /// No share for the caller; it was refused; it has expired.
    pub async fn accept(&self, share: ShareId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let mut event = self.event_about::<AcceptShare>(share, caller);
        let done = boxed(self.try_accept(share, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_accept(
        &self,
        share: ShareId,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let (core, now) = (&*self.core, self.core.now());
        let mut tx = core.seams.store.begin().await?;
        let on = caller.org_scope();
        let access = core
            .gate
            .judge_in::<AcceptShare>(&mut *tx, caller, on, LockMode::Shared, now)
            .await?;
        let share = lock(&mut *tx, share, caller).await?;
        match share.state(now) {
            ShareState::Declined => return Err(Refusal::Conflict("The share was declined").into()),
            ShareState::Expired => return Err(Refusal::ShareEnded(ShareEnd::Expired).into()),
            ShareState::Pending => tx.shares().accept(&access, &share, now).await?,
            ShareState::Active | ShareState::Exhausted => {}
        }
        Ok(tx.commit(event.clone()).await?.yields(()))
    }

    /// Refuses what is shared with the caller: it cannot be read any more.
    ///
    /// # Errors
    /// No share for the caller.
    pub async fn decline(&self, share: ShareId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let mut event = self.event_about::<DeclineShare>(share, caller);
        let done = boxed(self.try_decline(share, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_decline(
        &self,
        share: ShareId,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let (core, now) = (&*self.core, self.core.now());
        let mut tx = core.seams.store.begin().await?;
        let on = caller.org_scope();
        let access = core
            .gate
            .judge_in::<DeclineShare>(&mut *tx, caller, on, LockMode::Shared, now)
            .await?;
        let share = lock(&mut *tx, share, caller).await?;
        if !share.declined {
            tx.shares().decline(&access, &share, now).await?;
        }
        Ok(tx.commit(event.clone()).await?.yields(()))
    }

    /// The event of what a caller does to a share of which nothing more is known.
    pub(super) fn event_about<A: Action>(&self, share: ShareId, caller: &Caller) -> AuditEvent {
        self.event::<A>(AuditResource::new(ResourceKind::Share, &share), caller)
    }
}

/// Locks a share that names the caller.
async fn lock(tx: &mut dyn Tx, share: ShareId, caller: &Caller) -> Result<Share, Refusal> {
    let proved_email = match caller.principal() {
        Principal::User(_) => {
            let own: Access<ReadProfile> =
                Access::system(caller.account(), SystemReason::ShareRead);
            tx.shares().proved_email(own.in_account()).await?
        }
        Principal::Agent(_) => None,
    };
    let reader = ShareReader {
        principal: Some(caller.principal()),
        proved_email,
    };
    let found = tx.shares().lock_for(share, &reader).await?;
    found
        .filter(|share| share.recipient != Recipient::Link)
        .ok_or(Refusal::NotFound)
}
