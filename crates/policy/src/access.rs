//! The proof that an action was allowed.

use crate::actions::{
    Action, DecideEnrollment, DeleteAccount, DeleteAgent, DeleteAgents, DeleteUser, Need,
    RegisterAgent, RotateSecret, WriteSecret,
};
use crate::denial::{Denial, Missing};
use crate::paths::management;
use crate::standing::Standing;
use crate::target::{Account, Administered, AgentAt, MemberAt, Target, TenantTarget, VaultScope};
use oneclaw_domain::{
    Actor, AgentId, Circumstances, OrgId, Permissions, Principal, Role, UserId, VaultId, VaultOwner,
};
use std::sync::Arc;

/// Proof that somebody may do `A` to one target. Only this crate makes one; it cannot be copied.
///
/// What needs permission asks for it, and takes tenant, vault and path from it.
#[must_use]
#[derive(Debug)]
pub struct Access<A: Action> {
    on: A::On,
    judged: Option<Judged>,
    system: Option<SystemReason>,
}

/// By what a caller was judged.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) standing: Arc<Standing>,
    pub(crate) at: Circumstances,
    pub(crate) vault: Option<VaultOwner>,
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

/// Proof that work belongs to one vault. Comes out of an [`Access`] alone.
#[derive(Clone, Copy, Debug)]
pub struct InVault {
    org: OrgId,
    vault: VaultId,
}

impl InVault {
    /// The organization.
    pub const fn org(self) -> OrgId {
        self.org
    }

    /// The vault.
    pub const fn vault(self) -> VaultId {
        self.vault
    }
}

/// Proof that work belongs to one person's account. Comes out of an [`Access`] alone.
#[derive(Clone, Copy, Debug)]
pub struct InAccount {
    org: OrgId,
    user: UserId,
}

impl InAccount {
    /// The organization.
    pub const fn org(self) -> OrgId {
        self.org
    }

    /// The person.
    pub const fn user(self) -> UserId {
        self.user
    }

    /// Proof that work belongs to the account's organization.
    pub const fn in_org(self) -> InOrg {
        InOrg(self.org)
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
    /// An agent showed a valid API key.
    AgentKeyProved,
    /// An agent's identity keys are made, or go with it.
    AgentIdentity,
    /// Somebody asks for an agent to be registered.
    Enroll,
    /// An agent made a vault: the person behind it gets a policy.
    AgentVault,
    /// The operator undoes IP rules that lock people out.
    UndoIpRules,
    /// Somebody showed a token that was mailed to their address.
    MailProved,
    /// Somebody showed a valid second factor.
    SecondFactorProved,
    /// An OpenID Connect issuer says who somebody is.
    IdentityProved,
    /// Somebody says that they forgot a password.
    PasswordForgotten,
    /// A device asks to be logged in, or was let in.
    DeviceLogIn,
    /// A share is read by its recipient.
    ShareRead,
    /// A rotation of customers' keys goes on after its request was answered.
    CmekRotation,
    /// The server tidies up.
    Housekeeping,
    /// The operator administers the store from its own machine.
    Operator,
    /// The payment provider says something.
    PaymentProvider,
}

impl<A: Action> Access<A> {
    pub(crate) fn granted(
        on: A::On,
        standing: Arc<Standing>,
        at: Circumstances,
        vault: Option<VaultOwner>,
    ) -> Self {
        Self {
            on,
            judged: Some(Judged {
                standing,
                at,
                vault,
            }),
            system: None,
        }
    }

    /// Access for the server's own work. The one way round the judge: easy to find and to count.
    pub fn system(on: A::On, reason: SystemReason) -> Self {
        Self {
            on,
            judged: None,
            system: Some(reason),
        }
    }

    /// What the action is done to.
    pub const fn on(&self) -> &A::On {
        &self.on
    }

    pub(crate) const fn judged(&self) -> Option<&Judged> {
        self.judged.as_ref()
    }

    /// Who does it.
    pub fn by(&self) -> Actor {
        self.principal().map_or(Actor::System, Actor::Principal)
    }

    /// Who does it, where it is a user or an agent.
    pub fn principal(&self) -> Option<Principal> {
        self.judged.as_ref().map(|judged| judged.standing.principal)
    }

    /// The role of who does it, where it is a user.
    pub fn role(&self) -> Option<Role> {
        self.judged.as_ref().and_then(|judged| judged.standing.role)
    }

    /// What was known of the vault that the target lies in, where a caller was judged.
    pub fn vault(&self) -> Option<&VaultOwner> {
        self.judged
            .as_ref()
            .and_then(|judged| judged.vault.as_ref())
    }

    /// Whether the one who acts manages every vault of the organization.
    pub fn manages_org(&self) -> bool {
        self.judged
            .as_ref()
            .is_none_or(|judged| judged.standing.role.is_some_and(Role::manages_vaults))
    }

    /// Whether the one who acts manages the vault that the target lies in.
    pub fn manages_vault(&self) -> bool {
        self.judged.as_ref().is_none_or(|judged| {
            let vault = judged.vault.as_ref();
            vault.is_some_and(|vault| management(&judged.standing, vault).is_some())
        })
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

impl<A: Action<On = Account>> Access<A> {
    /// Proof that work belongs to that account.
    pub const fn in_account(&self) -> InAccount {
        InAccount {
            org: self.on.org,
            user: self.on.user,
        }
    }
}

impl<A: Action<On = Administered>> Access<A> {
    /// Proof that work belongs to the organization that it is about, where it is about one.
    pub const fn in_administered(&self) -> Option<InOrg> {
        match self.on.org {
            Some(org) => Some(InOrg(org)),
            None => None,
        }
    }

    /// Proof that work belongs to a person's account in that organization.
    pub const fn in_administered_account(&self, user: UserId) -> Option<InAccount> {
        match self.on.org {
            Some(org) => Some(InAccount { org, user }),
            None => None,
        }
    }
}

impl<A: Action<On = MemberAt>> Access<A> {
    /// Proof that work belongs to that member's account.
    pub const fn in_member_account(&self) -> InAccount {
        InAccount {
            org: self.on.org,
            user: self.on.user,
        }
    }
}

impl<A: Action<On = VaultScope>> Access<A> {
    /// Proof that work belongs to that vault.
    pub const fn in_vault(&self) -> InVault {
        InVault {
            org: self.on.org,
            vault: self.on.vault,
        }
    }

    /// Whether who acts may give, or take, these permissions in the vault.
    ///
    /// # Errors
    /// It is an agent, and its own scopes cut one of them: rights never grow down a chain.
    pub fn may_give(&self, permissions: Permissions) -> Result<(), Denial> {
        let Some(judged) = &self.judged else {
            return Ok(());
        };
        let who = &judged.standing;
        if matches!(who.principal, Principal::User(_)) || who.scopes.is_unlimited() {
            return Ok(());
        }
        if !who.scopes.path_patterns().is_empty() {
            return Err(Denial::Forbidden(Missing::PathScope));
        }
        let cut = |permission| !who.scopes.agent_may(Need::of(permission).operation);
        if permissions.iter().any(cut) {
            return Err(Denial::Forbidden(Missing::AgentScope));
        }
        Ok(())
    }

    /// Whether who acts may have a hand in a policy about `whom`.
    ///
    /// # Errors
    /// It is about the agent that acts, which could so undo the deny that binds it; what it manages
    /// it needs no policy for.
    pub fn may_govern(&self, whom: Principal) -> Result<(), Denial> {
        match whom {
            Principal::Agent(_) if self.principal() == Some(whom) => {
                Err(Denial::Forbidden(Missing::OthersPolicy))
            }
            Principal::Agent(_) | Principal::User(_) => Ok(()),
        }
    }
}

impl From<Access<RotateSecret>> for Access<WriteSecret> {
    /// Rotating a secret is writing it with a value that the server made.
    fn from(rotate: Access<RotateSecret>) -> Self {
        let Access { on, judged, system } = rotate;
        Self { on, judged, system }
    }
}

impl From<&Access<DecideEnrollment>> for Access<RegisterAgent> {
    /// Who approves a request registers the agent that it is for.
    fn from(decide: &Access<DecideEnrollment>) -> Self {
        Self {
            on: decide.on.clone(),
            judged: decide.judged.clone(),
            system: decide.system,
        }
    }
}

impl Access<DeleteAgents> {
    /// Who deletes agents of an organization by a list may delete each of them.
    pub fn of(&self, agent: AgentId) -> Access<DeleteAgent> {
        Access {
            on: AgentAt {
                org: self.on.org,
                agent,
            },
            judged: self.judged.clone(),
            system: self.system,
        }
    }
}

impl Access<DeleteUser> {
    /// Who deletes people of an organization may delete this account in it; `None` = the proof names
    /// no organization.
    pub fn of(&self, user: UserId) -> Option<Access<DeleteAccount>> {
        Some(Access {
            on: Account {
                org: self.on.org?,
                user,
            },
            judged: self.judged.clone(),
            system: self.system,
        })
    }
}
