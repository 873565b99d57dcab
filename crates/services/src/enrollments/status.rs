//! An agent asks how its request went, and collects its key.

use super::Enrollments;
use super::link::POLL_LABEL;
use crate::Refusal;
use crate::auth::{AGENT_KEY_LABEL, guesses};
use crate::core::{Core, Step};
use oneclaw_crypto::{Context, SecretText, token_shape};
use oneclaw_domain::{
    Actor, AgentId, AuditEvent, AuditRequest, AuditResource, Enrollment, EnrollmentId,
    EnrollmentState, Principal, ResourceKind,
};
use oneclaw_policy::{Access, Action, EnrollAgent, Installation, SystemReason, Target};

/// How a request went.
#[derive(Debug)]
pub struct EnrollmentStatus {
    /// `pending`, `approved`, `denied` or `expired`.
    pub status: &'static str,
    /// The agent that came of it.
    pub agent: Option<AgentId>,
    /// Its API key: the first time only.
    pub api_key: Option<SecretText>,
}

impl Enrollments {
    /// How a request went. The first answer after the approval has the agent's API key, no other:
    /// it is forgotten in the unit of work before it leaves. A key that is worth nothing any more
    /// does not leave. An answer without the key changes nothing and leaves no event, because agents
    /// ask every few seconds; it takes nobody's turn to write.
    ///
    /// # Errors
    /// No such request with this token; too many wrong tokens.
    pub async fn status(
        &self,
        id: Option<EnrollmentId>,
        poll: &SecretText,
        request: &AuditRequest,
    ) -> Result<EnrollmentStatus, Refusal> {
        let resource = Installation.resource();
        let mut event =
            self.core
                .bare_event(EnrollAgent::NAME, None, Actor::Anonymous, resource, request);
        let done: Step<_> = async {
            let event = &mut event;
            self.try_status(id, poll, event, request).await
        }
        .await;
        self.core.settle(event, done).await
    }

    async fn try_status(
        &self,
        id: Option<EnrollmentId>,
        poll: &SecretText,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<EnrollmentStatus> {
        let core = &*self.core;
        let known = id.filter(|_| token_shape("", poll.expose()));
        let found = match known {
            Some(id) => {
                let hash = core.keys.lookup_hash(POLL_LABEL, poll.expose());
                let mut reader = core.seams.store.read().await?;
                reader.enrollments().find_by_poll(id, &hash).await?
            }
            None => None,
        };
        let Some((found, sealed)) = found else {
            guesses(core, request).count(core).await?;
            return Err(Refusal::NotFound.into());
        };
        let is_over = found.expires_at <= core.now();
        let mut collected = EnrollmentStatus {
            status: match found.state {
                EnrollmentState::Pending if is_over => "expired",
                state => state.as_str(),
            },
            agent: found.agent,
            api_key: None,
        };
        let Some(sealed) = sealed.filter(|_| !is_over) else {
            return Ok(collected);
        };
        let key = open(core, &found, &sealed)?;
        if !is_key_of(core, &found, &key).await? {
            return Ok(collected);
        }
        let access = Access::<EnrollAgent>::system(Installation, SystemReason::Enroll);
        let mut tx = core.seams.store.begin().await?;
        if !tx.enrollments().forget_key(&access, found.id).await? {
            return Ok(collected); // of several at once another was first
        }
        collected.api_key = Some(key);
        event.org = found.org;
        if let Some(agent) = found.agent {
            event.actor = Actor::Principal(Principal::Agent(agent));
            event.resource = AuditResource::new(ResourceKind::Agent, &agent);
        }
        let event = event
            .clone()
            .with("enrollment_id", found.id.to_string())
            .with("key_collected", true);
        Ok(tx.commit(event).await?.yields(collected).into_inner())
    }
}

/// Seals the key of a new agent until the agent collects it.
pub(super) fn seal(
    core: &Core,
    request: &Enrollment,
    agent: AgentId,
    key: &SecretText,
) -> Result<Vec<u8>, Refusal> {
    let context = context(request.id, agent);
    Ok(core.keys.mac.seal(&context, key.expose().as_bytes())?)
}

fn open(core: &Core, request: &Enrollment, sealed: &[u8]) -> Result<SecretText, Refusal> {
    let agent = request.agent.ok_or(Refusal::Integrity)?;
    let opened = core.keys.mac.open(&context(request.id, agent), sealed)?;
    Ok(opened.into_utf8()?)
}

/// Whether a key still is that of the request's agent: the agent may have been deleted before it
/// asked, or been given another key.
async fn is_key_of(core: &Core, request: &Enrollment, key: &SecretText) -> Result<bool, Refusal> {
    let hash = core.keys.lookup_hash(AGENT_KEY_LABEL, key.expose());
    let mut reader = core.seams.store.read().await?;
    let holder = reader.agents().find_by_key_hash(&hash).await?;
    Ok(holder.is_some_and(|agent| request.agent == Some(agent.id)))
}

fn context(request: EnrollmentId, agent: AgentId) -> Context {
    Context::new("enrollment key")
        .with(request.uuid().as_bytes())
        .with(agent.uuid().as_bytes())
}
