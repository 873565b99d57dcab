//! What somebody may do at a path: binding, then scopes, then policies and management (contract
//! 4.2, 4.4 and 4.5).

use crate::actions::Need;
use crate::denial::{Denial, Missing};
use crate::standing::Standing;
use oneclaw_domain::{
    Circumstances, Effect, Grant, Operation, PolicyId, Principal, Role, SecretPath, VaultOwner,
};
use std::ops::ControlFlow;

/// What decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// Who asks is owner or admin of the organization.
    OrgManager,
    /// Who asks made the vault.
    VaultCreator,
    /// A policy.
    Policy(PolicyId),
    /// No policy that applies gives it.
    NoPolicy,
    /// A policy on the vault could not be read.
    UnreadablePolicy,
    /// The agent is bound to other vaults.
    Binding,
    /// The scopes do not name the operation.
    Scope,
    /// The agent's scopes do not cover the path.
    PathScope,
}

/// A decision, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// What decided.
    pub why: Why,
}

impl Decision {
    const fn new(allowed: bool, why: Why) -> Self {
        Self { allowed, why }
    }

    /// What who asked lacks, where it is not allowed.
    pub fn missing(self, need: Need, who: &Standing) -> Missing {
        match self.why {
            Why::Binding => Missing::Binding,
            Why::Scope => scope_missing(who),
            Why::PathScope => Missing::PathScope,
            Why::OrgManager
            | Why::VaultCreator
            | Why::Policy(_)
            | Why::NoPolicy
            | Why::UnreadablePolicy => need.into(),
        }
    }
}

/// Decides what `who` may do at a path. Permission is decided from the path alone: whether there is
/// a secret plays no part.
pub fn decide(
    who: &Standing,
    at: &Circumstances,
    vault: &VaultOwner,
    path: &SecretPath,
    need: Need,
) -> Decision {
    let grants = who.grants.on(vault.vault).iter();
    let applies = |grant: &Grant| grant.terms.pattern.matches(path) && holds(who, at, grant);
    match by_limits(who, vault, path, need.operation) {
        ControlFlow::Break(decision) => decision,
        ControlFlow::Continue(manager) => by_policies(deciding(grants, need, applies), manager),
    }
}

/// Whether what `who` is limited to leaves reading a path to them, whatever policies say.
pub(crate) fn limits(who: &Standing, vault: &VaultOwner, path: &SecretPath) -> Result<(), Denial> {
    match by_limits(who, vault, path, Need::READ.operation) {
        ControlFlow::Break(decision) if !decision.allowed => {
            Err(Denial::Forbidden(decision.missing(Need::READ, who)))
        }
        ControlFlow::Break(_) | ControlFlow::Continue(_) => Ok(()),
    }
}

/// Whether `who` may do anything at a path that is within the scope of reading: what lists show.
pub(crate) fn sees(
    who: &Standing,
    at: &Circumstances,
    vault: &VaultOwner,
    path: &SecretPath,
) -> bool {
    let manager = match by_limits(who, vault, path, Need::READ.operation) {
        ControlFlow::Break(decision) => return decision.allowed,
        ControlFlow::Continue(manager) => manager,
    };
    // matched once, for a list asks this of every path
    let grants = who.grants.on(vault.vault).iter();
    let applying: Vec<&Grant> = grants
        .filter(|grant| grant.terms.pattern.matches(path) && holds(who, at, grant))
        .collect();
    let needs = [Need::READ, Need::WRITE, Need::DELETE, Need::ROTATE];
    needs.into_iter().any(|need| {
        let grant = deciding(applying.iter().copied(), need, |_| true);
        by_policies(grant, manager).allowed
    })
}

/// What is decided without the policies; otherwise, why `who` manages the vault, if so.
fn by_limits(
    who: &Standing,
    vault: &VaultOwner,
    path: &SecretPath,
    operation: Operation,
) -> ControlFlow<Decision, Option<Why>> {
    if !is_bound_to(who, vault) {
        return ControlFlow::Break(Decision::new(false, Why::Binding));
    }
    if !in_scope(who, operation) {
        return ControlFlow::Break(Decision::new(false, Why::Scope));
    }
    if matches!(who.principal, Principal::Agent(_)) && !who.scopes.agent_covers(path) {
        return ControlFlow::Break(Decision::new(false, Why::PathScope));
    }
    let manager = management(who, vault);
    if let (Some(why), Principal::User(_)) = (manager, who.principal) {
        // a deny does not bind people who manage the vault
        return ControlFlow::Break(Decision::new(true, why));
    }
    if who.grants.is_unreadable(vault.vault) {
        return ControlFlow::Break(Decision::new(false, Why::UnreadablePolicy));
    }
    ControlFlow::Continue(manager)
}

fn by_policies(deciding: Option<&Grant>, manager: Option<Why>) -> Decision {
    match deciding {
        Some(grant) => Decision::new(
            grant.terms.effect == Effect::Allow,
            Why::Policy(grant.policy),
        ),
        None => manager.map_or(Decision::new(false, Why::NoPolicy), |why| {
            Decision::new(true, why)
        }),
    }
}

/// Of the policies that apply, one of the highest priority; of several there, one that denies.
fn deciding<'a>(
    grants: impl Iterator<Item = &'a Grant>,
    need: Need,
    applies: impl Fn(&Grant) -> bool,
) -> Option<&'a Grant> {
    let mut best: Option<&Grant> = None;
    for grant in grants {
        if best.is_some_and(|best| best.terms.priority.get() > grant.terms.priority.get()) {
            break;
        }
        let names = grant.terms.permissions.any_of(need.any_of);
        if !names || !applies(grant) {
            continue;
        }
        if grant.terms.effect == Effect::Deny {
            return Some(grant);
        }
        best = best.or(Some(grant));
    }
    best
}

/// Whether a policy holds for who asks, now and from there. From an address that is not known, one
/// that allows does not, and one that denies does.
pub(crate) fn holds(who: &Standing, at: &Circumstances, grant: &Grant) -> bool {
    let agent = who.agent.as_ref();
    let environment = agent.and_then(|agent| agent.environment.as_ref());
    let environment = environment.map(oneclaw_domain::Environment::as_str);
    let terms = &grant.terms;
    let conditions_hold = match terms.effect {
        Effect::Allow => terms.conditions.hold(at, environment),
        Effect::Deny => terms.conditions.may_hold(at, environment),
    };
    !terms.is_expired(at.now) && terms.attributes.hold(who.role) && conditions_hold
}

/// Who manages the vault without any policy: the organization's owners and admins, and its maker,
/// but of the system's own vault.
pub(crate) fn management(who: &Standing, vault: &VaultOwner) -> Option<Why> {
    if who.role.is_some_and(Role::manages_vaults) {
        return Some(Why::OrgManager);
    }
    (vault.created_by == who.principal && !vault.is_system).then_some(Why::VaultCreator)
}

pub(crate) fn is_bound_to(who: &Standing, vault: &VaultOwner) -> bool {
    who.agent
        .as_ref()
        .is_none_or(|agent| agent.binding.admits(vault.vault))
}

pub(crate) fn in_scope(who: &Standing, operation: Operation) -> bool {
    match who.principal {
        Principal::User(_) => who.scopes.allow(operation),
        Principal::Agent(_) => who.scopes.agent_may(operation),
    }
}

/// A scope that names the operation: of the agent, or of the person's API key.
pub(crate) const fn scope_missing(who: &Standing) -> Missing {
    match who.principal {
        Principal::User(_) => Missing::Scope,
        Principal::Agent(_) => Missing::AgentScope,
    }
}
