//! The judge.

use crate::access::Access;
use crate::actions::{Action, Need, Rule};
use crate::denial::{Denial, Missing};
use crate::paths::{decide, in_scope, is_bound_to, management, scope_missing};
use crate::standing::{CredentialKind, Standing};
use crate::target::Target;
use oneclaw_domain::{AgentOwner, Circumstances, Operation, Principal, Role, VaultOwner};
use std::sync::Arc;

/// What the store knows of what is acted on; `None` where it has no such thing in that
/// organization.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// Of the vault that the target lies in.
    pub vault: Option<&'a VaultOwner>,
    /// Of the agent that it is.
    pub agent: Option<&'a AgentOwner>,
    /// The present role of the member that it is.
    pub member: Option<Role>,
}

impl<'a> Facts<'a> {
    /// Those of a vault.
    pub fn vault(vault: Option<&'a VaultOwner>) -> Self {
        Self {
            vault,
            ..Self::default()
        }
    }

    /// Those of an agent.
    pub fn agent(agent: Option<&'a AgentOwner>) -> Self {
        Self {
            agent,
            ..Self::default()
        }
    }

    /// Those of a member.
    pub fn member(member: Option<Role>) -> Self {
        Self {
            member,
            ..Self::default()
        }
    }
}

/// Decides whether `who` may do `A` to `on`, now and from there.
///
/// # Errors
/// [`Denial::Concealed`] for another organization's things and for those that are not there;
/// [`Denial::Forbidden`] with what is missing for the rest.
pub fn authorize<A: Action>(
    who: &Arc<Standing>,
    at: Circumstances,
    on: A::On,
    facts: Facts<'_>,
) -> Result<Access<A>, Denial> {
    if on.tenant() != Some(who.org) {
        return Err(Denial::Concealed);
    }
    if let Some(id) = on.vault() {
        match facts.vault {
            Some(found) if found.vault == id && found.org == who.org => {}
            _ => return Err(Denial::Concealed),
        }
    }
    let case = Case {
        who,
        at: &at,
        on: &on,
        facts,
    };
    case.check(A::RULE)?;
    Ok(Access::granted(
        on,
        Arc::clone(who),
        at,
        facts.vault.copied(),
    ))
}

const fn require(holds: bool, missing: Missing) -> Result<(), Denial> {
    if holds {
        Ok(())
    } else {
        Err(Denial::Forbidden(missing))
    }
}

struct Case<'a, T> {
    who: &'a Standing,
    at: &'a Circumstances,
    on: &'a T,
    facts: Facts<'a>,
}

impl<T: Target> Case<'_, T> {
    fn check(&self, rule: Rule) -> Result<(), Denial> {
        match rule {
            Rule::SystemOnly => Err(Denial::Forbidden(Missing::System)),
            Rule::OwnAccount => self.own_account(),
            Rule::OwnAccountUnlimited => {
                self.own_account()?;
                self.unlimited()
            }
            Rule::OwnSession => {
                self.own_account()?;
                self.unlimited()?;
                self.by(&[CredentialKind::Login, CredentialKind::Device])
            }
            Rule::OwnLogin => {
                self.own_account()?;
                self.unlimited()?;
                self.by(&[CredentialKind::Login])
            }
            Rule::Person => self.person(),
            Rule::LoggedIn => {
                self.person()?;
                self.by(&[CredentialKind::Login])
            }
            Rule::OrgManager => self.org_manager(),
            Rule::GivesRole => self.gives_role(),
            Rule::Membership => self.membership(),
            Rule::AgentKeeper => self.agent_keeper(),
            Rule::PersonOrItself => self.person_or_itself(),
            Rule::Itself => self.itself(),
            Rule::Member(operation) => self.scope(operation),
            Rule::Unbound(operation) => {
                let bound = self
                    .who
                    .agent
                    .as_ref()
                    .is_some_and(|a| a.binding.is_bound());
                require(!bound, Missing::Binding)?;
                self.scope(operation)
            }
            Rule::AnyGrant(operation) => {
                self.scope(operation)?;
                self.any_grant()
            }
            Rule::VaultManager(operation) => self.vault_manager(operation),
            Rule::GrantsAccess(operation) => {
                if matches!(self.who.principal, Principal::User(_)) {
                    self.unlimited()?;
                }
                self.vault_manager(operation)
            }
            Rule::KeepsVault(operation) => {
                self.person()?;
                self.vault_manager(operation)
            }
            Rule::ShareMaker => self.share_maker(),
            Rule::OnPath(need) => self.on_path(need),
            Rule::Watcher => self.watcher(),
            Rule::PlatformAdmin => self.platform_admin(),
        }
    }

    fn vault_manager(&self, operation: Operation) -> Result<(), Denial> {
        self.scope(operation)?;
        self.bound()?;
        // who is let to some paths only does not take away all
        let paths = operation == Operation::VaultDelete && self.is_cut_to_paths();
        require(!paths, Missing::PathScope)?;
        require(self.manages(), Missing::Management)
    }

    fn on_path(&self, need: Need) -> Result<(), Denial> {
        let (Some(vault), Some(path)) = (self.facts.vault, self.on.path()) else {
            return Err(Denial::Concealed);
        };
        let decision = decide(self.who, self.at, vault, path, need);
        require(decision.allowed, decision.missing(need, self.who))
    }

    fn own_account(&self) -> Result<(), Denial> {
        match self.who.principal {
            Principal::Agent(_) => Err(Denial::Forbidden(Missing::Person)),
            Principal::User(user) if self.on.person() == Some(user) => Ok(()),
            Principal::User(_) => Err(Denial::Concealed),
        }
    }

    fn by(&self, kinds: &[CredentialKind]) -> Result<(), Denial> {
        require(kinds.contains(&self.who.credential), Missing::Login)
    }

    /// Its maker ends a share with whatever they made it with; others, who manage, as they manage.
    fn share_maker(&self) -> Result<(), Denial> {
        if self.on.maker() == Some(self.who.principal) {
            return self.scope(Operation::SecretRead);
        }
        let manages = matches!(self.who.principal, Principal::User(_)) && self.manages_org();
        if manages {
            self.unlimited()
        } else {
            Err(Denial::Concealed)
        }
    }

    fn unlimited(&self) -> Result<(), Denial> {
        require(self.who.scopes.is_unlimited(), Missing::UnlimitedCredential)
    }

    fn person(&self) -> Result<(), Denial> {
        let is_person = matches!(self.who.principal, Principal::User(_));
        require(is_person, Missing::Person)?;
        self.unlimited()
    }

    /// An agent's scopes say nothing of what it did itself.
    fn watcher(&self) -> Result<(), Denial> {
        match self.who.principal {
            Principal::User(_) => self.unlimited(),
            Principal::Agent(_) => Ok(()),
        }
    }

    fn platform_admin(&self) -> Result<(), Denial> {
        self.person()?;
        let admin = self.who.is_platform && self.manages_org();
        require(admin, Missing::PlatformAdministration)
    }

    fn manages_org(&self) -> bool {
        self.who.role.is_some_and(Role::manages_vaults)
    }

    fn org_manager(&self) -> Result<(), Denial> {
        self.person()?;
        require(self.manages_org(), Missing::OrgManagement)
    }

    /// What gives a role, to somebody who has one already where the target names a person.
    fn gives_role(&self) -> Result<(), Denial> {
        self.org_manager()?;
        let before = match self.on.person() {
            Some(_) => Some(self.facts.member.ok_or(Denial::Concealed)?),
            None => None,
        };
        let ownership = [self.on.gives(), before].contains(&Some(Role::Owner));
        require(
            !ownership || self.who.role == Some(Role::Owner),
            Missing::Ownership,
        )
    }

    fn membership(&self) -> Result<(), Denial> {
        self.person()?;
        if self.on.person().map(Principal::User) == Some(self.who.principal) {
            return Ok(());
        }
        self.gives_role()
    }

    fn agent_keeper(&self) -> Result<(), Denial> {
        self.person()?;
        let owner = self.known_agent()?;
        let made = owner.created_by.map(Principal::User) == Some(self.who.principal);
        require(made || self.manages_org(), Missing::AgentKeeping)
    }

    fn person_or_itself(&self) -> Result<(), Denial> {
        match self.who.principal {
            Principal::User(_) => {
                self.unlimited()?;
                self.known_agent().map(|_| ())
            }
            Principal::Agent(_) => self.itself(),
        }
    }

    fn itself(&self) -> Result<(), Denial> {
        match self.who.principal {
            Principal::User(_) => Err(Denial::Forbidden(Missing::Agent)),
            Principal::Agent(agent) => require(self.on.agent() == Some(agent), Missing::Itself),
        }
    }

    fn known_agent(&self) -> Result<&AgentOwner, Denial> {
        self.facts
            .agent
            .filter(|owner| owner.org == self.who.org && self.on.agent() == Some(owner.agent))
            .ok_or(Denial::Concealed)
    }

    fn scope(&self, operation: Operation) -> Result<(), Denial> {
        require(in_scope(self.who, operation), scope_missing(self.who))
    }

    fn bound(&self) -> Result<(), Denial> {
        let vault = self.facts.vault.ok_or(Denial::Concealed)?;
        require(is_bound_to(self.who, vault), Missing::Binding)
    }

    fn is_cut_to_paths(&self) -> bool {
        matches!(self.who.principal, Principal::Agent(_))
            && !self.who.scopes.path_patterns().is_empty()
    }

    fn manages(&self) -> bool {
        self.facts
            .vault
            .is_some_and(|vault| management(self.who, vault).is_some())
    }

    fn any_grant(&self) -> Result<(), Denial> {
        self.bound()?;
        let vault = self.facts.vault.ok_or(Denial::Concealed)?;
        let granted = self.who.grants.allow_any(vault.vault, self.at.now);
        require(self.manages() || granted, Missing::Grant)
    }
}
