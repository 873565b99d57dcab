//! The proof that an action was allowed.

use crate::actions::{Action, RotateSecret, WriteSecret};
use crate::target::{Target, TenantTarget};
use oneclaw_domain::{Actor, OrgId, Principal};

/// Proof that somebody may do `A` to one target. Only this crate makes one; it cannot be copied.
///
/// What needs permission asks for it, and takes tenant, vault and path from it.
#[must_use]
#[derive(Debug)]
pub struct Access<A: Action> {
    on: A::On,
    by: Actor,
    manages_org: bool,
    system: Option<SystemReason>,
}

/// Proof that work belongs to one organization. Comes out of an [`Access`] alone.
#[derive(Clone, Copy, Debug)]
pub struct InOrg(OrgId);

impl InOrg {
    /// The organization.
    pub const fn org(self) -> OrgId {
        self.0
    }
}

/// Why the server does something that no caller was judged for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SystemReason {
    /// Somebody signs up: there is no account yet to judge.
    SignUp,
    /// Somebody proved a password.
    PasswordProved,
    /// Somebody showed a valid API key.
    KeyProved,
    /// Somebody showed a valid refresh token.
    RefreshTokenProved,
    /// A spent refresh token came back.
    RefreshTokenReused,
    /// The server starts on an empty store.
    FirstStart,
    /// The operator rotates keys.
    RotateKeys,
}

impl<A: Action> Access<A> {
    pub(crate) fn granted(on: A::On, by: Principal, manages_org: bool) -> Self {
        Self {
            on,
            by: Actor::Principal(by),
            manages_org,
            system: None,
        }
    }

    /// Access for the server's own work. The one way round the judge: easy to find and to count.
    pub fn system(on: A::On, reason: SystemReason) -> Self {
        Self {
            on,
            by: Actor::System,
            manages_org: true,
            system: Some(reason),
        }
    }

    /// What the action is done to.
    pub const fn on(&self) -> &A::On {
        &self.on
    }

    /// Who does it.
    pub const fn by(&self) -> Actor {
        self.by
    }

    /// Who does it, where it is a user or an agent.
    pub const fn principal(&self) -> Option<Principal> {
        match self.by {
            Actor::Principal(who) => Some(who),
            Actor::Anonymous | Actor::System => None,
        }
    }

    /// Whether the one who acts manages every vault of the organization.
    pub const fn manages_org(&self) -> bool {
        self.manages_org
    }

    /// Why the server does it itself; `None` = a caller was judged.
    pub const fn system_reason(&self) -> Option<SystemReason> {
        self.system
    }

    /// The action's name.
    pub const fn name(&self) -> &'static str {
        A::NAME
    }

    /// The organization whose audit chain this belongs to.
    pub fn tenant(&self) -> Option<OrgId> {
        self.on.tenant()
    }
}

impl<A: Action> Access<A>
where
    A::On: TenantTarget,
{
    /// The organization.
    pub fn org(&self) -> OrgId {
        self.on.org()
    }

    /// Proof that work belongs to that organization.
    pub fn in_org(&self) -> InOrg {
        InOrg(self.on.org())
    }
}

impl From<Access<RotateSecret>> for Access<WriteSecret> {
    /// Rotating a secret is writing it with a value that the server made.
    fn from(rotate: Access<RotateSecret>) -> Self {
        let Access {
            on,
            by,
            manages_org,
            system,
        } = rotate;
        Self {
            on,
            by,
            manages_org,
            system,
        }
    }
}
