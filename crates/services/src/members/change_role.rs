//! Somebody gives a member another role.

use super::Members;
use super::service::keeps_an_owner;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{Role, User, UserId};
use oneclaw_policy::{ChangeMemberRole, MemberRole};
use oneclaw_storage::{LockMode, Recorded};

impl Members {
    /// Gives a member a role, which holds from the next request on; gives the member as they are
    /// then.
    ///
    /// # Errors
    /// No such member; the caller does not manage the organization, or gives or takes ownership
    /// without having it; the organization would have no owner.
    pub async fn change_role(
        &self,
        user: UserId,
        role: Role,
        caller: &Caller,
    ) -> Result<Recorded<User>, Refusal> {
        let core = &*self.core;
        let on = MemberRole {
            org: caller.org(),
            user,
            role,
        };
        let event = core.event::<ChangeMemberRole>(caller, &on);
        let event = event.with("role", role.as_str());
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let (mode, now) = (LockMode::Exclusive, core.now());
            let access = core
                .gate
                .judge_in::<ChangeMemberRole>(&mut *tx, caller, on.clone(), mode, now)
                .await?;
            let found = tx.members().lock(access.in_org(), user).await?;
            let mut member = found.ok_or(Refusal::NotFound)?;
            if role != Role::Owner {
                keeps_an_owner(&mut *tx, access.in_org(), &member).await?;
            }
            let event = event.clone().with("was", member.role.as_str());
            tx.members().set_role(&access).await?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            member.role = role;
            Ok(tx.commit(event).await?.yields(member))
        }
        .await;
        core.settle(event, done).await
    }
}
