//! Somebody who manages a vault asks why somebody may, or may not.

use super::Policies;
use super::terms::unknown_principal;
use crate::Refusal;
use crate::access::{Caller, standing};
use crate::core::Step;
use oneclaw_domain::{
    AttributeConditions, Circumstances, Conditions, Effect, Grant, GrantTerms, PathPattern,
    Permission, Permissions, Policy, PolicyId, Principal, Priority, SecretPath, Timestamp, VaultId,
    VaultOwner, rules_admit,
};
use oneclaw_policy::{
    Access, Decision, ExplainAccess, Missing, Need, Standing, VaultScope, Why, decide,
};
use oneclaw_storage::{PrincipalFacts, StandingFacts};
use std::net::IpAddr;
use uuid::Uuid;

/// What is asked.
#[derive(Debug)]
pub struct ExplainCommand {
    /// The vault.
    pub vault: VaultId,
    /// Who would act.
    pub principal: Principal,
    /// Where.
    pub path: SecretPath,
    /// What it would take.
    pub permission: Permission,
    /// From where; `None` = from an address that is not known. The organization's rules about
    /// addresses count only for those who may see them.
    pub ip: Option<IpAddr>,
    /// When; `None` = now.
    pub at: Option<Timestamp>,
}

/// Why somebody may, or may not.
#[derive(Debug)]
pub struct Explanation {
    /// Whether they may.
    pub allowed: bool,
    /// What decides that.
    pub decided_by: Decider,
    /// What they lack, where a permission, a scope or a binding is lacking.
    pub missing: Option<Missing>,
    /// The smallest policy that would allow it, where one would.
    pub smallest_grant: Option<SmallestGrant>,
    /// The types of values that they are not given all the same; `*` alone = any. Only about
    /// reading.
    pub withheld: &'static [&'static str],
}

/// What decides.
#[derive(Debug)]
pub enum Decider {
    /// They are owner or admin of the organization.
    OrgManager,
    /// They made the vault.
    VaultCreator,
    /// A policy.
    Policy(Box<Policy>),
    /// No policy that applies gives it.
    NoPolicy,
    /// A policy on the vault cannot be read, and so denies everything.
    UnreadablePolicy,
    /// The agent is bound to other vaults.
    Binding,
    /// The agent's scopes do not name the operation.
    Scope,
    /// The agent's scopes do not cover the path.
    PathScope,
    /// The agent is deactivated, or it or its key has expired by then.
    PrincipalInactive,
    /// The organization's rules keep out the address.
    IpRule,
}

/// A policy that would allow what is not.
#[derive(Debug)]
pub struct SmallestGrant {
    /// For whom.
    pub principal: Principal,
    /// What it would say.
    pub terms: GrantTerms,
}

impl Policies {
    /// Explains a decision about somebody, as it would be made at that moment and from that
    /// address.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; a principal that
    /// the organization does not have.
    pub async fn explain(
        &self,
        command: ExplainCommand,
        caller: &Caller,
    ) -> Result<Explanation, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault: command.vault,
        };
        let mut event = core
            .event::<ExplainAccess>(caller, &on)
            .with("principal", command.principal.to_string())
            .with("path", command.path.as_str())
            .with("permission", command.permission.as_str());
        let done: Step<_> = async {
            let event = &mut event;
            let access = self.judge::<ExplainAccess>(caller, &on).await?;
            let explanation = self.try_explain(command, access).await?;
            let event = event.clone().with("allowed", explanation.allowed);
            Ok(core.journal.record(event).await?.covers(explanation))
        }
        .await;
        core.settle(event, done).await
    }

    async fn try_explain(
        &self,
        command: ExplainCommand,
        access: Access<ExplainAccess>,
    ) -> Step<Explanation> {
        let now = self.core.now();
        let vault = access.vault().copied().ok_or(Refusal::NotFound)?;
        let mut reader = self.core.seams.store.read().await?;
        let (org, principal) = (access.org(), command.principal);
        let facts = reader.access().standing_of(org, principal).await?;
        let Some(facts) = facts else {
            return Err(Refusal::Invalid(vec![unknown_principal()]).into());
        };
        let at = Circumstances::new(command.at.unwrap_or(now), command.ip);
        // whoever made a vault could else read the rules off, address by address
        let tells_rules = access.manages_org();
        if let Some(decided_by) = kept_out(&facts, principal, at, tells_rules) {
            return Ok(Explanation {
                allowed: false,
                decided_by,
                missing: None,
                smallest_grant: None,
                withheld: &[],
            });
        }
        let who = standing(org, principal, facts);
        let need = Need::of(command.permission);
        let decision = decide(&who, &at, &vault, &command.path, need);
        let decided_by = match decision.why {
            Why::Policy(policy) => {
                let found = reader.policies().find(access.in_vault(), policy).await?;
                // deleted between the two looks: there is another answer now
                let found = found.ok_or_else(|| Refusal::Unavailable("a policy went".into()))?;
                Decider::Policy(Box::new(found))
            }
            Why::OrgManager => Decider::OrgManager,
            Why::VaultCreator => Decider::VaultCreator,
            Why::NoPolicy => Decider::NoPolicy,
            Why::UnreadablePolicy => Decider::UnreadablePolicy,
            Why::Binding => Decider::Binding,
            Why::Scope => Decider::Scope,
            Why::PathScope => Decider::PathScope,
        };
        let limits = who
            .agent
            .as_ref()
            .filter(|_| command.permission == Permission::Read);
        Ok(Explanation {
            allowed: decision.allowed,
            decided_by,
            missing: (!decision.allowed).then(|| decision.missing(need, &who)),
            smallest_grant: smallest_grant(&who, at, &vault, &command, decision),
            withheld: limits.map_or(&[], |limits| limits.withheld()),
        })
    }
}

/// What stops somebody before any path is looked at.
fn kept_out(
    facts: &StandingFacts,
    who: Principal,
    at: Circumstances,
    tells_rules: bool,
) -> Option<Decider> {
    if let PrincipalFacts::Agent(agent) = &facts.who {
        let mut ends = [agent.expires_at, agent.key_expires_at]
            .into_iter()
            .flatten();
        if !agent.is_active || ends.any(|end| end <= at.now) {
            return Some(Decider::PrincipalInactive);
        }
    }
    let asked = tells_rules && at.ip.is_some();
    (asked && !rules_admit(&facts.ip_rules, who, at.ip)).then_some(Decider::IpRule)
}

/// The policy for the very path and permission that wins over what decides now; nothing where no
/// policy can, which is found out by trying.
fn smallest_grant(
    who: &Standing,
    at: Circumstances,
    vault: &VaultOwner,
    command: &ExplainCommand,
    decision: Decision,
) -> Option<SmallestGrant> {
    if decision.allowed {
        return None;
    }
    let denying = who
        .grants
        .on(vault.vault)
        .iter()
        .find(|grant| decision.why == Why::Policy(grant.policy));
    let above = denying.map_or(0, |grant| grant.terms.priority.get() + 1);
    let terms = GrantTerms {
        pattern: PathPattern::parse(command.path.as_str()).ok()?,
        permissions: Permissions::of(&[command.permission])?,
        effect: Effect::Allow,
        priority: Priority::parse(above).ok()?,
        conditions: Conditions::default(),
        attributes: AttributeConditions::default(),
        expires_at: None,
    };
    let grant = Grant {
        policy: PolicyId::from_uuid(Uuid::nil()),
        vault: vault.vault,
        terms: terms.clone(),
    };
    let tried = Standing {
        grants: who.grants.with(grant),
        ..who.clone()
    };
    let need = Need::of(command.permission);
    let helps = decide(&tried, &at, vault, &command.path, need).allowed;
    helps.then_some(SmallestGrant {
        principal: command.principal,
        terms,
    })
}
