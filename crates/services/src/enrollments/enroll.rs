//! An agent asks to be registered.

use super::link::{LINK_LABEL, POLL_LABEL};
use super::{AgentPublicKey, Enrollments, mail};
use crate::Refusal;
use crate::auth::{Counter, address};
use crate::core::{Core, Step};
use crate::settings::AttemptLimit;
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    Actor, AgentName, AuditEvent, AuditRequest, Description, ENROLLMENT_TTL, Email, Enrollment,
    EnrollmentId, EnrollmentState,
};
use oneclaw_policy::{Access, Action, EnrollAgent, Installation, SystemReason, Target};
use oneclaw_storage::{NewEnrollment, Recorded};

/// Who is turned away because too many requests are waiting hears to come back within a minute:
/// somebody may decide one of them at any time. Such refusals leave one event a minute.
const FULL: AttemptLimit = AttemptLimit {
    tries: 0,
    seconds: 60,
};

/// What an agent says of itself.
pub struct EnrollCommand {
    /// What it calls itself.
    pub name: AgentName,
    /// What it says it is for.
    pub description: Description,
    /// Who shall decide; `None` = whoever has the link.
    pub human_email: Option<Email>,
    /// Its key, where it will collect its API key itself.
    pub public_key: Option<AgentPublicKey>,
}

/// Proof that a request was counted for its client before anything of it was looked at.
#[derive(Debug)]
pub struct EnrollmentTry(());

/// A request that was made.
#[derive(Debug)]
pub struct Enrolled {
    /// Its id.
    pub id: EnrollmentId,
    /// The link at which a person decides it.
    pub link: SecretText,
    /// Its key, and with what the agent asks how it went.
    pub pairing: Option<(AgentPublicKey, SecretText)>,
}

impl Enrollments {
    /// Counts a request for the client's address, before it is judged whether it is one.
    ///
    /// # Errors
    /// Too many requests from this client.
    pub async fn admit(&self, request: &AuditRequest) -> Result<EnrollmentTry, Refusal> {
        let (core, limit) = (&*self.core, self.core.settings.enrollments);
        let counted = Counter::new(core, "enrollment from", &address(request), limit)
            .count(core)
            .await
            .map(|()| EnrollmentTry(()));
        core.settle(enrolling(core, request), counted).await
    }

    /// Takes a request of an agent that nobody knows. Nothing but the request exists until a person
    /// approves it. The answer is the same whether the address has an account or not.
    ///
    /// # Errors
    /// Too many requests for this address, or waiting to be decided.
    pub async fn enroll(
        &self,
        _counted: EnrollmentTry,
        command: EnrollCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<Enrolled>, Refusal> {
        let event = enrolling(&self.core, request);
        let done = self.try_enroll(command, event.clone()).await;
        self.core.settle(event, done).await
    }

    async fn try_enroll(
        &self,
        command: EnrollCommand,
        event: AuditEvent,
    ) -> Step<Recorded<Enrolled>> {
        let core = &*self.core;
        let (store, email) = (&core.seams.store, command.human_email.clone());
        let mut has_account = false;
        if let Some(email) = &email {
            let each = core.settings.enrollments_per_address;
            Counter::new(core, "enrollment of", email.as_str(), each)
                .count(core)
                .await?;
            has_account = store.read().await?.users().is_taken(email).await?;
        }
        let (link, poll) = (random_token("")?, random_token("")?);
        let poll = command.public_key.map(|key| (key, poll));
        let access = Access::<EnrollAgent>::system(Installation, SystemReason::Enroll);
        let mut tx = store.begin().await?;
        let room = if email.is_some() {
            core.settings.addressed_enrollments
        } else {
            core.settings.open_enrollments
        };
        let requests = tx.enrollments();
        if requests.count_waiting(email.is_some(), core.now()).await? >= room {
            drop(tx); // counting takes a connection of its own
            let full = Counter::new(core, "enrollments waiting", "", FULL);
            full.count(core).await?;
            return Err(Refusal::TooManyRequests { retry_after: 60 }.into());
        }
        let hash = |label, token: &SecretText| core.keys.lookup_hash(label, token.expose());
        let new = NewEnrollment {
            enrollment: new_request(core, command),
            link_hash: hash(LINK_LABEL, &link),
            poll_hash: poll.as_ref().map(|(_, poll)| hash(POLL_LABEL, poll)),
        };
        tx.enrollments().insert(&access, &new).await?;
        let base = &core.settings.public_url;
        let enrolled = Enrolled {
            id: new.enrollment.id,
            link: SecretText::new(format!("{base}/enroll?token={}", link.expose())),
            pairing: poll,
        };
        let _posted = mail::send(core, &mut *tx, &new.enrollment, link, has_account).await?;
        let event = event.with("enrollment_id", enrolled.id.to_string());
        Ok(tx.commit(event).await?.yields(enrolled))
    }
}

fn enrolling(core: &Core, request: &AuditRequest) -> AuditEvent {
    let resource = Installation.resource();
    core.bare_event(EnrollAgent::NAME, None, Actor::Anonymous, resource, request)
}

fn new_request(core: &Core, command: EnrollCommand) -> Enrollment {
    let now = core.now();
    Enrollment {
        id: core.id(EnrollmentId::from_uuid),
        name: command.name,
        description: command.description,
        human_email: command.human_email,
        public_key: command.public_key.map(AgentPublicKey::bytes),
        state: EnrollmentState::Pending,
        org: None,
        agent: None,
        created_at: now,
        expires_at: now.plus_seconds(ENROLLMENT_TTL),
    }
}
