//! What is known of a caller, from what the store says.

use super::{Caller, CallerKind};
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{AuthMethod, Epoch, IpRule, OrgId, Principal, Timestamp};
use oneclaw_policy::{AgentLimits, CredentialKind, Grants, Standing};
use oneclaw_storage::{
    AgentFacts, CredentialRef, KeyFacts, PrincipalFacts, SessionFacts, StandingFacts,
};
use std::sync::Arc;

/// A caller's standing at one epoch of its organization.
pub(crate) struct Known {
    pub(super) epoch: Epoch,
    pub(crate) standing: Arc<Standing>,
    pub(crate) session: Option<SessionFacts>,
    /// The organization's rules about callers' addresses.
    pub(super) ip_rules: Vec<IpRule>,
    /// When the credential stops by itself.
    pub(crate) ends_at: Option<Timestamp>,
    /// When that stops by itself which gives such credentials: the key, or else the session.
    pub(crate) source_ends_at: Option<Timestamp>,
}

impl Known {
    /// What it costs to remember: itself and each of its policies.
    pub(super) fn weight(&self) -> u32 {
        u32::try_from(self.standing.grants.count())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }
}

/// A key that no longer works is told as one that never did, whether it is remembered here or not.
pub(super) const fn dead(caller: &Caller, token: AuthFailure) -> Refusal {
    Refusal::Unauthenticated(match caller.kind() {
        CallerKind::Token => token,
        CallerKind::ApiKey => AuthFailure::ApiKey,
        CallerKind::AgentKey => AuthFailure::AgentCredentials,
    })
}

pub(super) fn known(caller: &Caller, facts: StandingFacts) -> Result<Known, Refusal> {
    let revoked = match &facts.who {
        PrincipalFacts::User(_) => is_revoked(facts.session.as_ref(), facts.key.as_ref()),
        PrincipalFacts::Agent(agent) => is_stopped(&caller.credential, agent),
    };
    if revoked {
        return Err(dead(caller, AuthFailure::Revoked));
    }
    let agent = match &facts.who {
        PrincipalFacts::User(_) => [None, None],
        PrincipalFacts::Agent(agent) => [agent.expires_at, agent.key_expires_at],
    };
    let session_ends_at = facts.session.as_ref().map(|session| session.expires_at);
    let source_ends_at = match &facts.key {
        Some(key) => key.expires_at,
        None => session_ends_at,
    };
    let ends = [caller.token_expires_at, session_ends_at, source_ends_at];
    let ends_at = ends.into_iter().chain(agent).flatten().min();
    let (epoch, session) = (facts.epoch, facts.session.clone());
    let ip_rules = facts.ip_rules.clone();
    Ok(Known {
        epoch,
        standing: Arc::new(standing(caller.org(), caller.principal(), facts)),
        session,
        ip_rules,
        ends_at,
        source_ends_at,
    })
}

/// The standing that the store's facts make.
pub(crate) fn standing(org: OrgId, principal: Principal, facts: StandingFacts) -> Standing {
    let grants = Grants::new(facts.grants, facts.unreadable);
    let (role, agent, scopes) = match facts.who {
        PrincipalFacts::User(role) => {
            let scopes = facts.key.as_ref().map(|key| key.scopes.clone());
            (Some(role), None, scopes.unwrap_or_default())
        }
        PrincipalFacts::Agent(agent) => {
            let limits = AgentLimits {
                binding: agent.binding,
                environment: agent.environment,
                intents_only: agent.intents_only,
                requires_tee: agent.requires_tee,
            };
            (None, Some(limits), agent.scopes)
        }
    };
    let by_device = |session: &SessionFacts| session.method == AuthMethod::Device;
    let credential = if facts.key.is_some() || agent.is_some() {
        CredentialKind::ApiKey
    } else if facts.session.as_ref().is_some_and(by_device) {
        CredentialKind::Device
    } else {
        CredentialKind::Login
    };
    Standing {
        principal,
        org,
        is_platform: facts.is_platform,
        role,
        credential,
        scopes,
        agent,
        grants,
    }
}

fn is_revoked(session: Option<&SessionFacts>, key: Option<&KeyFacts>) -> bool {
    session.is_some_and(|s| s.revoked || s.token_revoked) || key.is_some_and(|key| key.revoked)
}

/// An agent's token lives as long as the issue of the key that it came from; its key itself works
/// again when the agent does.
fn is_stopped(credential: &CredentialRef, agent: &AgentFacts) -> bool {
    let current = match credential {
        CredentialRef::AgentToken { key, .. } => *key == agent.key,
        CredentialRef::AgentKey { hash, .. } => *hash == agent.key_hash,
        CredentialRef::Token { .. } | CredentialRef::ApiKey { .. } => false,
    };
    !agent.is_active || agent.token_revoked || !current
}
