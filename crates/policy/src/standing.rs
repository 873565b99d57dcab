//! What is known of who asks, at one moment.

use oneclaw_domain::{
    Binding, Environment, Grant, OrgId, PolicyId, Principal, Role, Scopes, Timestamp, VaultId,
};
use std::collections::{HashMap, HashSet};

/// With what somebody proved who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialKind {
    /// A token from a login.
    Login,
    /// An API key, or a token that came from one.
    ApiKey,
    /// A token of a device that a person let in.
    Device,
}

/// What is known of a living principal at one epoch of its organization.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Who.
    pub principal: Principal,
    /// The organization it belongs to.
    pub org: OrgId,
    /// Whether that runs the installation.
    pub is_platform: bool,
    /// Its role; agents have none.
    pub role: Option<Role>,
    /// With what it came.
    pub credential: CredentialKind,
    /// What that credential, or the agent, is limited to.
    pub scopes: Scopes,
    /// What an agent is limited to beside its scopes; `None` for people.
    pub agent: Option<AgentLimits>,
    /// The policies that name it.
    pub grants: Grants,
}

/// What an agent is limited to beside its scopes.
#[derive(Clone, Debug, Default)]
pub struct AgentLimits {
    /// The vaults that it is bound to.
    pub binding: Binding,
    /// The environment that it is tagged with.
    pub environment: Option<Environment>,
    /// Whether it never sees private keys.
    pub intents_only: bool,
    /// Whether it never sees any value.
    pub requires_tee: bool,
}

/// The policies that name one principal, by vault.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    by_vault: HashMap<VaultId, Vec<Grant>>,
    unreadable: HashSet<VaultId>,
}

impl Grants {
    /// From rows in any order. A row that could not be read denies everything on its vault.
    pub fn new(
        readable: impl IntoIterator<Item = Grant>,
        unreadable: impl IntoIterator<Item = VaultId>,
    ) -> Self {
        let mut by_vault: HashMap<VaultId, Vec<Grant>> = HashMap::new();
        for grant in readable {
            by_vault.entry(grant.vault).or_default().push(grant);
        }
        for grants in by_vault.values_mut() {
            // the highest first, so that a decision can stop early
            grants.sort_by_key(|grant| std::cmp::Reverse(grant.terms.priority));
        }
        Self {
            by_vault,
            unreadable: unreadable.into_iter().collect(),
        }
    }

    /// Those on one vault, the highest priority first.
    pub fn on(&self, vault: VaultId) -> &[Grant] {
        self.by_vault.get(&vault).map_or(&[], Vec::as_slice)
    }

    /// Whether a policy on the vault could not be read.
    pub fn is_unreadable(&self, vault: VaultId) -> bool {
        self.unreadable.contains(&vault)
    }

    /// Whether one on the vault allows anything at `now`, whatever its conditions.
    pub fn allow_any(&self, vault: VaultId, now: Timestamp) -> bool {
        !self.is_unreadable(vault) && self.on(vault).iter().any(|grant| opens(grant, now))
    }

    /// The vaults on which one allows anything at `now`, in no order.
    pub fn open_vaults(&self, now: Timestamp) -> Vec<VaultId> {
        let open = |vault: &&VaultId| self.allow_any(**vault, now);
        self.by_vault.keys().filter(open).copied().collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.by_vault.values().map(Vec::len).sum()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.by_vault.values().flatten()
    }

    /// These with one more, in the place of another of the same id where there is one.
    #[must_use]
    pub fn with(&self, grant: Grant) -> Self {
        let replaced = grant.policy;
        let others = self.iter().filter(|other| other.policy != replaced);
        let all: Vec<Grant> = others.cloned().chain([grant]).collect();
        Self::new(all, self.unreadable.iter().copied())
    }

    /// These without one.
    #[must_use]
    pub fn without(&self, policy: PolicyId) -> Self {
        let others = self.iter().filter(|other| other.policy != policy);
        Self::new(
            others.cloned().collect::<Vec<_>>(),
            self.unreadable.iter().copied(),
        )
    }
}

fn opens(grant: &Grant, now: Timestamp) -> bool {
    grant.terms.effect == oneclaw_domain::Effect::Allow && !grant.terms.is_expired(now)
}
