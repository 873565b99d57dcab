//! How far a proof reaches where it is about many things: what lists show.

use crate::access::Access;
use crate::actions::{ListSecrets, ListVaults, ReadSecret};
use crate::denial::{Denial, Missing};
use crate::paths::{limits, management, sees};
use crate::standing::{AgentLimits, Standing};
use oneclaw_domain::{Effect, Principal, SecretPath, SecretType, VaultId, VaultOwner};

/// The kinds of values that an agent with intents never sees (contract 4.5).
const PRIVATE_KINDS: &[&str] = &["private_key", "ssh_key"];
/// Every kind.
const ANY_KIND: &[&str] = &["*"];
const NO_KINDS: &[&str] = &[];

impl AgentLimits {
    /// The kinds of values that the agent never sees, whatever else it may do; `*` alone = any.
    pub const fn withheld(&self) -> &'static [&'static str] {
        if self.requires_tee {
            ANY_KIND
        } else if self.intents_only {
            PRIVATE_KINDS
        } else {
            NO_KINDS
        }
    }
}

/// Which vaults somebody sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VaultReach {
    /// All of the organization.
    All,
    /// Those that `by` made, and those that are granted; of both only those in `bound`, where the
    /// caller is bound.
    Some {
        /// Who made them.
        by: Principal,
        /// Those on which a policy allows anything, sorted.
        granted: Vec<VaultId>,
        /// What the caller is bound to.
        bound: Option<Vec<VaultId>>,
    },
}

impl Access<ListVaults> {
    /// Which vaults the caller sees.
    pub fn reach(&self) -> VaultReach {
        let Some(judged) = self.judged() else {
            return VaultReach::All;
        };
        if self.manages_org() {
            return VaultReach::All;
        }
        let who = &judged.standing;
        let mut granted = who.grants.open_vaults(judged.at.now);
        granted.sort_unstable();
        let binding = who.agent.as_ref().map(|agent| &agent.binding);
        VaultReach::Some {
            by: who.principal,
            granted,
            bound: binding
                .filter(|binding| binding.is_bound())
                .map(|binding| binding.as_slice().to_vec()),
        }
    }
}

impl Access<ListSecrets> {
    /// Whether the caller holds any permission on the path.
    pub fn sees(&self, path: &SecretPath) -> bool {
        let Some(judged) = self.judged() else {
            return true;
        };
        let Some(vault) = &judged.vault else {
            return false;
        };
        sees(&judged.standing, &judged.at, vault, path)
    }

    /// Literal prefixes, sorted and none within another, of which every path that the caller sees
    /// has one; one empty text = any path may be seen.
    pub fn prefixes(&self) -> Vec<String> {
        let everything = || vec![String::new()];
        let Some(judged) = self.judged() else {
            return everything();
        };
        let Some(vault) = &judged.vault else {
            return Vec::new();
        };
        if management(&judged.standing, vault).is_some() {
            return everything();
        }
        let allows = judged.standing.grants.on(vault.vault).iter();
        let mut prefixes: Vec<String> = allows
            .filter(|grant| grant.terms.effect == Effect::Allow)
            .filter(|grant| !grant.terms.is_expired(judged.at.now))
            .map(|grant| grant.terms.pattern.literal_prefix().to_owned())
            .collect();
        prefixes.sort_unstable();
        prefixes.dedup_by(|later, kept| later.starts_with(kept.as_str()));
        prefixes
    }
}

impl Access<ReadSecret> {
    /// Whether a value of this kind may be given out: asked for the kind of the very version.
    ///
    /// # Errors
    /// The caller is an agent that never sees such values.
    pub fn may_reveal(&self, kind: &SecretType) -> Result<(), Denial> {
        let agent = self
            .judged()
            .and_then(|judged| judged.standing.agent.as_ref());
        sees_kind(agent, kind)
    }
}

/// Whether somebody may be given what another shares with them. A share takes the right of who
/// shares, and never widens what the credential of who reads is limited to.
///
/// # Errors
/// The recipient's binding, scopes or limits leave the secret out.
pub fn may_receive(
    who: &Standing,
    vault: &VaultOwner,
    path: &SecretPath,
    kind: &SecretType,
) -> Result<(), Denial> {
    limits(who, vault, path)?;
    sees_kind(who.agent.as_ref(), kind)
}

fn sees_kind(agent: Option<&AgentLimits>, kind: &SecretType) -> Result<(), Denial> {
    let withheld = agent.map_or(NO_KINDS, AgentLimits::withheld);
    if withheld == ANY_KIND || withheld.contains(&kind.as_str()) {
        return Err(Denial::Forbidden(Missing::SecretKind));
    }
    Ok(())
}
