//! Somebody takes an invitation back.

use super::Invites;
use super::mail::about;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{InviteId, Role};
use oneclaw_policy::{CancelInvite, InviteAs};
use oneclaw_storage::{LockMode, Recorded};

impl Invites {
    /// Takes an invitation back: its link is worth nothing from then on.
    ///
    /// # Errors
    /// No such invitation in the caller's organization; the caller does not manage that, or does not
    /// own it where an owner was invited.
    pub async fn cancel(&self, invite: InviteId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut on = InviteAs {
            org: caller.org(),
            role: Role::Member,
        };
        let event = core
            .event::<CancelInvite>(caller, &on)
            .with("invite_id", invite.to_string());
        let done: Step<_> = async {
            let mut reader = core.seams.store.read().await?;
            // an invitation keeps its role to its end
            if let Some(role) = reader.invites().role_of(on.org, invite).await? {
                on.role = role;
            }
            drop(reader);
            let mut tx = core.seams.store.begin().await?;
            // exclusive, as accepting is: one of the two comes first
            let access = core
                .gate
                .judge_in::<CancelInvite>(
                    &mut *tx,
                    caller,
                    on.clone(),
                    LockMode::Exclusive,
                    core.now(),
                )
                .await?;
            let cancelled = tx.invites().cancel(&access, invite).await?;
            let cancelled = cancelled.ok_or(Refusal::NotFound)?;
            tx.outbox().cancel(about(invite), core.now()).await?;
            let event = event
                .clone()
                .with("email", cancelled.email.as_str())
                .with("role", cancelled.role.as_str());
            Ok(tx.commit(event).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
