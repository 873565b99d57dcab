//! Somebody removes a member, or leaves.

use super::Members;
use super::service::keeps_an_owner;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use crate::shares::end_shares_of;
use oneclaw_domain::{Principal, UserId};
use oneclaw_policy::{MemberAt, RemoveMember};
use oneclaw_storage::{LockMode, Recorded};

impl Members {
    /// Removes a member's account with its sessions, keys, the policies that name it and the
    /// invitations that it sent, whose mails are not sent any more. What they made stays; what they
    /// can show is worth nothing from the next request on.
    ///
    /// # Errors
    /// No such member; the caller is somebody else and does not manage the organization, or does not
    /// own it where an owner is removed; the organization would have no owner.
    pub async fn remove(&self, user: UserId, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let on = MemberAt {
            org: caller.org(),
            user,
        };
        let event = core.event::<RemoveMember>(caller, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let (mode, now) = (LockMode::Exclusive, core.now());
            let access = core
                .gate
                .judge_in::<RemoveMember>(&mut *tx, caller, on.clone(), mode, now)
                .await?;
            let found = tx.members().lock(access.in_org(), user).await?;
            let member = found.ok_or(Refusal::NotFound)?;
            keeps_an_owner(&mut *tx, access.in_org(), &member).await?;
            let account = access.in_member_account();
            tx.outbox().cancel_invitations_of(account, now).await?;
            let gone = [Principal::User(user)];
            end_shares_of(&mut *tx, access.in_org(), &gone, now).await?;
            tx.devices().take_back(account).await?;
            tx.members().remove(account).await?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            let event = event.clone().with("was", member.role.as_str());
            Ok(tx.commit(event).await?.yields(()))
        }
        .await;
        core.settle(event, done).await
    }
}
