//! The operator gives a member of the platform's organization the run of the installation.

use super::{Administrator, Operator};
use crate::Refusal;
use crate::core::Step;
use crate::members::keeps_an_owner;
use oneclaw_domain::{AuditResource, Email, Role, User};
use oneclaw_policy::{Access, AppointAdmin, ChangeMemberRole, MemberRole, SystemReason};
use oneclaw_storage::{LockMode, Recorded};

impl Operator {
    /// Gives a member of the platform's organization a role, whoever has which there: the way back
    /// in where its owners are lost. Gives the member as they are then.
    ///
    /// # Errors
    /// Nobody has this address, or they belong elsewhere; the organization would have no owner.
    pub async fn appoint(
        &self,
        email: &Email,
        role: Role,
        by: Administrator<'_>,
    ) -> Result<Recorded<User>, Refusal> {
        let core = &*self.core;
        let on = by.about(by.org());
        let mut event = by.event::<AppointAdmin>(core, &on);
        let done: Step<_> = async {
            let mut reader = core.seams.store.read().await?;
            let found = reader.installation().user_of(email).await?;
            drop(reader);
            let found = found.ok_or(Refusal::NotFound)?;
            event.resource = AuditResource::user(found.id);
            if found.org != by.org() {
                let reason = "The account belongs to another organization than the one that runs \
                              the installation: accounts do not change theirs";
                return Err(Refusal::Conflict(reason).into());
            }
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Exclusive;
            let access = by
                .judge_in::<AppointAdmin>(core, &mut *tx, on, mode)
                .await?;
            let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
            let member = tx.members().lock(in_org, found.id).await?;
            let mut member = member.ok_or(Refusal::NotFound)?;
            if role != Role::Owner {
                keeps_an_owner(&mut *tx, in_org, &member).await?;
            }
            let change = MemberRole {
                org: in_org.org(),
                user: member.id,
                role,
            };
            let change = Access::<ChangeMemberRole>::system(change, SystemReason::Operator);
            tx.members().set_role(&change).await?;
            tx.orgs().raise_epoch(in_org).await?;
            let event = event
                .clone()
                .with("role", role.as_str())
                .with("was", member.role.as_str());
            member.role = role;
            Ok(tx.commit(event).await?.yields(member))
        }
        .await;
        core.settle(event, done).await
    }
}
