//! An agent's API key is exchanged for a token.

use super::service::Auth;
use super::session::{AUDIENCE, that_fit};
use crate::access::standing;
use crate::core::{Step, boxed};
use crate::lists::gather;
use crate::vaults::VaultsSeen;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{Claims, SecretText};
use oneclaw_domain::{
    Actor, Agent, AgentId, AuditEvent, AuditRequest, AuditResource, Circumstances, Effect,
    Principal, ResourceKind, Scopes, Timestamp, TokenId, TokenTtl, VaultId,
};
use oneclaw_policy::{
    Access, Action, EndSession, Facts, Grants, ListVaults, OrgScope, Standing, authorize,
};
use oneclaw_storage::{Recorded, StandingFacts};
use std::sync::Arc;

/// An agent's API key, as somebody shows it.
pub struct AgentLoginCommand {
    /// The whole key.
    pub api_key: SecretText,
    /// Whose key it is, where the client says so: then it must be.
    pub agent: Option<AgentId>,
}

/// What an agent's login gives.
#[derive(Debug)]
pub struct AgentTokens {
    /// The access token.
    pub access_token: SecretText,
    /// Its life, in seconds, always positive.
    pub expires_in: i64,
    /// Who.
    pub agent: AgentId,
    /// The vaults that it is bound to; where it is not, those that it sees, oldest first.
    pub vaults: Vec<VaultId>,
    /// Whether it uses values through intents only.
    pub intents_api_enabled: bool,
    /// Whether every read of a value is stopped.
    pub requires_tee: bool,
}

impl Auth {
    /// Exchanges an agent's API key for a token, which ends with the agent or its key at the latest.
    ///
    /// # Errors
    /// [`AuthFailure::AgentCredentials`] for keys that are unknown, replaced, expired or another
    /// agent's, and for agents that are inactive or expired, without telling which; too many tries;
    /// the organization's rules keep the address out.
    pub async fn agent_login(
        &self,
        command: AgentLoginCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<AgentTokens>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Agent, "unknown");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done = boxed(self.try_agent_login(command, &mut event, request)).await;
        self.core.settle(event, done).await
    }

    async fn try_agent_login(
        &self,
        command: AgentLoginCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<AgentTokens>> {
        const REFUSED: Refusal = Refusal::Unauthenticated(AuthFailure::AgentCredentials);
        let core = &*self.core;
        let text = command.api_key.expose();
        let agent = self.find_agent_by_key(text, request, Some(event)).await?;
        if command.agent.is_some_and(|named| named != agent.id) {
            return Err(REFUSED.into());
        }
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let who = Principal::Agent(agent.id);
        let mut reader = core.seams.store.read().await?;
        let access = reader.access();
        core.gate.admits(access, agent.org, who, request.ip).await?;
        let facts = access.standing_of(agent.org, who).await?.ok_or(REFUSED)?;
        drop(reader);
        let (vaults, patterns) = self.visible(&agent, facts, request).await?;
        let (access_token, expires_in) = self.mint_agent(&agent, &vaults, patterns)?;
        let tokens = AgentTokens {
            access_token,
            expires_in,
            agent: agent.id,
            vaults,
            intents_api_enabled: agent.intents_api_enabled,
            requires_tee: agent.extras.requires_tee(),
        };
        let mut tx = core.seams.store.begin().await?;
        let access = self.touch_agent(&mut *tx, &agent).await?;
        let event = self
            .agent_login_event(access.on(), request)
            .with("method", "agent_key")
            .with("key_id", agent.key.id.to_string());
        Ok(tx.commit(event).await?.yields(tokens))
    }

    /// The vaults that an agent is told of, and the patterns of what it was granted (contract 4.5).
    async fn visible(
        &self,
        agent: &Agent,
        facts: StandingFacts,
        request: &AuditRequest,
    ) -> Step<(Vec<VaultId>, Vec<String>)> {
        let core = &*self.core;
        // what a token names is no list that the agent asked for: scopes cut what it then does
        let who = Arc::new(Standing {
            scopes: Scopes::default(),
            ..standing(agent.org, Principal::Agent(agent.id), facts)
        });
        let patterns = granted(&who.grants, core.now());
        if agent.binding.is_bound() {
            return Ok((agent.binding.as_slice().to_vec(), patterns));
        }
        let at = Circumstances::new(core.now(), request.ip);
        let on = OrgScope { org: agent.org };
        let access: Access<ListVaults> = authorize(&who, at, on, Facts::default())?;
        let seen = VaultsSeen {
            reader: core.seams.store.read().await?,
            access: &access,
        };
        let (vaults, _) = gather(None, None, seen).await?;
        Ok((vaults.iter().map(|vault| vault.id).collect(), patterns))
    }

    /// Makes a token of an agent: it belongs to the issue of its key, and outlives neither.
    fn mint_agent(
        &self,
        agent: &Agent,
        vaults: &[VaultId],
        patterns: Vec<String>,
    ) -> Result<(SecretText, i64), Refusal> {
        let core = &*self.core;
        let now = core.now().seconds();
        let ttl = agent
            .token_ttl
            .map_or(core.settings.agent_token_ttl, TokenTtl::get);
        let ends = [agent.expires_at, agent.key.expires_at];
        let ends = ends.into_iter().flatten().map(Timestamp::seconds);
        let expires = ends.fold(now + ttl, i64::min);
        let scopes = if agent.scopes.is_unlimited() {
            patterns
        } else {
            agent.scopes.as_slice().to_vec()
        };
        let environment = agent.environment.as_ref();
        let claims = Claims {
            sub: format!("agent:{}", agent.id),
            org: agent.org.to_string(),
            sid: agent.key.id.to_string(),
            jti: core.id(TokenId::from_uuid).to_string(),
            iat: now,
            exp: expires,
            iss: core.settings.public_url.clone(),
            aud: AUDIENCE.to_owned(),
            scopes: that_fit(scopes.into_iter()),
            role: None,
            email: None,
            auth_time: None,
            amr: Vec::new(),
            key: None,
            vault_ids: Some(that_fit(vaults.iter().map(ToString::to_string))),
            intents_api_enabled: Some(agent.intents_api_enabled),
            environment: environment.map(|name| name.as_str().to_owned()),
        };
        Ok((core.keys.sign(&claims)?, (expires - now).max(1)))
    }
}

/// The patterns of living policies that allow something, each once, sorted.
fn granted(grants: &Grants, now: Timestamp) -> Vec<String> {
    let allows = grants
        .iter()
        .filter(|grant| grant.terms.effect == Effect::Allow && !grant.terms.is_expired(now));
    let mut patterns: Vec<String> = allows
        .map(|grant| grant.terms.pattern.as_str().to_owned())
        .collect();
    patterns.sort_unstable();
    patterns.dedup();
    patterns
}
