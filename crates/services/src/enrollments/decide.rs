//! A person approves or denies the request of an agent.

use super::Enrollments;
use super::link::follow;
use super::mail::about;
use super::status::seal;
use crate::access::Caller;
use crate::agents::register;
use crate::core::{Core, Step, boxed};
use crate::{KeyedAgent, Refusal, RegisterAgentCommand};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Agent, AuditEvent, AuditResource, Enrollment, EnrollmentState, ResourceKind};
use oneclaw_policy::{Access, DecideEnrollment, OrgScope};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// Told of a request that is pending no more.
pub(super) const DECIDED: &str = "The request was decided already";

/// What a person decides.
pub struct DecideCommand {
    /// The token of the link.
    pub token: SecretText,
    /// Whether the agent shall be registered.
    pub approve: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Decided {
    /// The agent is registered.
    Approved {
        /// It.
        agent: Box<Agent>,
        /// Its key, shown this once; `None` where the agent collects it itself.
        api_key: Option<SecretText>,
    },
    /// Nothing came of it.
    Denied,
}

impl Enrollments {
    /// Decides a request. An approved agent is born in the caller's organization, without any grant.
    ///
    /// # Errors
    /// No such request, or it ran out; it is for another person; it was decided already; the plan
    /// allows no more agents.
    pub async fn decide(
        &self,
        command: DecideCommand,
        caller: &Caller,
    ) -> Result<Recorded<Decided>, Refusal> {
        let on = caller.org_scope();
        let decision = if command.approve { "approve" } else { "deny" };
        let mut event = self
            .core
            .event::<DecideEnrollment>(caller, &on)
            .with("decision", decision);
        let done = boxed(self.try_decide(command, &on, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_decide(
        &self,
        command: DecideCommand,
        on: &OrgScope,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Decided>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let access = judge(core, &mut *tx, on, caller).await?;
        let who = (access.in_org(), access.principal());
        let request = follow(core, &mut *tx, who, &command.token).await?;
        *event = event.clone().with("enrollment_id", request.id.to_string());
        if request.state != EnrollmentState::Pending {
            return Err(Refusal::Conflict(DECIDED).into());
        }
        tx.outbox().cancel(about(request.id), core.now()).await?;
        if !command.approve {
            tx.enrollments().deny(&access, request.id).await?;
            return Ok(tx.commit(event.clone()).await?.yields(Decided::Denied));
        }
        let wanted = RegisterAgentCommand::named(request.name.clone(), request.description.clone());
        let made = register(core, &mut *tx, &(&access).into(), wanted).await?;
        event.resource = AuditResource::new(ResourceKind::Agent, &made.agent.id);
        let approved = approve(core, &mut *tx, &access, &request, made).await?;
        Ok(tx.commit(event.clone()).await?.yields(approved))
    }
}

async fn judge(
    core: &Core,
    tx: &mut dyn Tx,
    on: &OrgScope,
    caller: &Caller,
) -> Step<Access<DecideEnrollment>> {
    let judged = core
        .gate
        .judge_in::<DecideEnrollment>(tx, caller, on.clone(), LockMode::Exclusive, core.now())
        .await?;
    Ok(judged)
}

/// Notes what came of a request. Where the agent showed a key of its own, it collects the API key:
/// that is kept sealed until then, and nobody else sees it.
async fn approve(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<DecideEnrollment>,
    request: &Enrollment,
    made: KeyedAgent,
) -> Step<Decided> {
    let KeyedAgent { agent, api_key } = made;
    let sealed = match request.public_key {
        Some(_) => Some(seal(core, request, agent.id, &api_key)?),
        None => None,
    };
    tx.enrollments()
        .approve(access, request.id, agent.id, sealed.as_deref())
        .await?;
    Ok(Decided::Approved {
        agent: Box::new(agent),
        api_key: sealed.is_none().then_some(api_key),
    })
}
