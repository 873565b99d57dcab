//! Who administers, and how they are judged: one home for both ways in.

use crate::Refusal;
use crate::access::Caller;
use crate::core::Core;
use oneclaw_domain::{Actor, AuditEvent, AuditRequest, OrgId, Principal, UserId};
use oneclaw_policy::{Access, Action, Administered, SystemReason, Target as _};
use oneclaw_storage::{LockMode, Tx};

/// Somebody who asks over the network and is judged, or the operator at the server's own machine,
/// who is not: only [`Operator`](super::Operator) makes those.
#[derive(Clone, Copy)]
pub struct Administrator<'a>(Who<'a>);

#[derive(Clone, Copy)]
enum Who<'a> {
    Caller(&'a Caller),
    Operator { platform: OrgId, os_user: &'a str },
}

impl<'a> From<&'a Caller> for Administrator<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self(Who::Caller(caller))
    }
}

impl<'a> Administrator<'a> {
    pub(super) const fn operator(platform: OrgId, os_user: &'a str) -> Self {
        Self(Who::Operator { platform, os_user })
    }

    /// The organization of who asks; the operator's is the platform's.
    pub(super) const fn org(&self) -> OrgId {
        match self.0 {
            Who::Caller(caller) => caller.org(),
            Who::Operator { platform, .. } => platform,
        }
    }

    /// The person, where it is one.
    pub(super) const fn user(&self) -> Option<UserId> {
        match self.0 {
            Who::Caller(caller) => match caller.principal() {
                Principal::User(user) => Some(user),
                Principal::Agent(_) => None,
            },
            Who::Operator { .. } => None,
        }
    }

    /// The installation as a whole, as they see it.
    pub(super) const fn everything(&self) -> Administered {
        Administered {
            by: self.org(),
            org: None,
        }
    }

    /// One organization, as they see it.
    pub(super) const fn about(&self, org: OrgId) -> Administered {
        Administered {
            by: self.org(),
            org: Some(org),
        }
    }

    /// The event of what they do. It is in the log of their own organization until the act is done:
    /// a refusal stays there.
    pub(super) fn event<A: Action<On = Administered>>(
        &self,
        core: &Core,
        on: &Administered,
    ) -> AuditEvent {
        let event = match self.0 {
            Who::Caller(caller) => core.event::<A>(caller, on),
            Who::Operator { os_user, .. } => {
                let (actor, request) = (Actor::System, AuditRequest::default());
                core.bare_event(A::NAME, on.tenant(), actor, on.resource(), &request)
                    .with("os_user", os_user)
            }
        };
        match on.org {
            Some(org) if org != on.by => event.with("org_id", org.to_string()),
            Some(_) | None => event,
        }
    }

    /// Judges outside of a unit of work.
    pub(super) async fn judge<A: Action<On = Administered>>(
        &self,
        core: &Core,
        on: Administered,
    ) -> Result<Access<A>, Refusal> {
        match self.0 {
            Who::Caller(caller) => {
                let store = &core.seams.store;
                let judged = core.gate.judge_alone::<A>(store, caller, on, core.now());
                Ok(judged.await?.0)
            }
            Who::Operator { .. } => Ok(Access::system(on, SystemReason::Operator)),
        }
    }

    /// Judges inside a unit of work, and locks the organization that it is about. Their own is
    /// locked first, whatever it is about, so that no two wait for each other.
    pub(super) async fn judge_in<A: Action<On = Administered>>(
        &self,
        core: &Core,
        tx: &mut dyn Tx,
        on: Administered,
        mode: LockMode,
    ) -> Result<Access<A>, Refusal> {
        let other = on.org.filter(|org| *org != on.by);
        let own = if other.is_some() {
            LockMode::Shared
        } else {
            mode
        };
        let access = match self.0 {
            Who::Caller(caller) => {
                core.gate
                    .judge_in::<A>(tx, caller, on, own, core.now())
                    .await?
            }
            Who::Operator { platform, .. } => {
                tx.orgs().lock(platform, own).await?;
                Access::system(on, SystemReason::Operator)
            }
        };
        if let Some(org) = other {
            let found = tx.orgs().lock(org, mode).await?;
            found.ok_or(Refusal::NotFound)?;
        }
        Ok(access)
    }
}

/// The event of what was done to an organization: it belongs into that one's log. The request is its
/// administrator's and is not metered there.
pub(super) fn done_to(mut event: AuditEvent, org: OrgId) -> AuditEvent {
    if event.org != Some(org) {
        event.usage = None;
    }
    event.org = Some(org);
    event.details.remove("org_id");
    event
}
