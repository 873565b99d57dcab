//! An agent's API key: found by its keyed hash, and its use noted.

use super::attempts::guesses;
use super::service::Auth;
use super::session::AGENT_KEY_LABEL;
use crate::core::Step;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::token_shape;
use oneclaw_domain::{
    Actor, Agent, AuditEvent, AuditRequest, AuditResource, Principal, ResourceKind, Timestamp,
};
use oneclaw_policy::{Access, Action, AgentAt, AgentLogIn, SystemReason, Target};
use oneclaw_storage::{LockMode, Tx};

const UNKNOWN: Refusal = Refusal::Unauthenticated(AuthFailure::AgentCredentials);

impl Auth {
    /// The agent whose key this is, if it may act. Who shows any other hears the same, and is
    /// counted; an agent that is known is told to `event`.
    pub(super) async fn find_agent_by_key(
        &self,
        text: &str,
        request: &AuditRequest,
        event: Option<&mut AuditEvent>,
    ) -> Step<Agent> {
        if !token_shape("ocv_", text) {
            return Err(UNKNOWN.into()); // costs no query: it is no key of any agent
        }
        let core = &*self.core;
        let hash = core.keys.lookup_hash(AGENT_KEY_LABEL, text);
        let mut reader = core.seams.store.read().await?;
        let found = reader.agents().find_by_key_hash(&hash).await?;
        drop(reader);
        if let (Some(event), Some(agent)) = (event, &found) {
            event.org = Some(agent.org);
            event.resource = AuditResource::new(ResourceKind::Agent, &agent.id);
        }
        let now = core.now();
        let Some(agent) = found.filter(|agent| lives(agent, now)) else {
            guesses(core, request).count(core).await?;
            return Err(UNKNOWN.into());
        };
        Ok(agent)
    }

    /// Notes that an agent used its key itself as the credential.
    pub(super) async fn note_agent_use(&self, agent: &Agent, request: &AuditRequest) -> Step<()> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let access = self.touch_agent(&mut *tx, agent).await?;
        let event = self.agent_login_event(access.on(), request);
        let event = event.with("method", "agent_key");
        tx.commit(event).await?.yields(()).into_inner();
        Ok(())
    }

    /// Notes in a unit of work that an agent is active, which was found by its key before: one that
    /// was stopped or got another key since is refused.
    pub(super) async fn touch_agent(
        &self,
        tx: &mut dyn Tx,
        agent: &Agent,
    ) -> Step<Access<AgentLogIn>> {
        let (access, now) = (agent_proved(agent), self.core.now());
        tx.orgs().lock(agent.org, LockMode::Shared).await?;
        let found = tx.agents().lock(access.in_org(), agent.id).await?;
        if !found.is_some_and(|found| found.key.id == agent.key.id && lives(&found, now)) {
            return Err(UNKNOWN.into());
        }
        tx.agents().touch(&access, now).await?;
        Ok(access)
    }

    /// The event of an agent that proved who it is.
    pub(super) fn agent_login_event(&self, at: &AgentAt, request: &AuditRequest) -> AuditEvent {
        let actor = Actor::Principal(Principal::Agent(at.agent));
        let resource = at.resource();
        let (core, org) = (&self.core, Some(at.org));
        let event = core.bare_event(AgentLogIn::NAME, org, actor, resource, request);
        AuditEvent {
            usage: None,
            ..event
        }
    }
}

fn lives(agent: &Agent, now: Timestamp) -> bool {
    let ended = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
    agent.is_active && !ended(agent.expires_at) && !ended(agent.key.expires_at)
}

/// Access of an agent that showed its key.
fn agent_proved(agent: &Agent) -> Access<AgentLogIn> {
    let at = AgentAt {
        org: agent.org,
        agent: agent.id,
    };
    Access::system(at, SystemReason::AgentKeyProved)
}
