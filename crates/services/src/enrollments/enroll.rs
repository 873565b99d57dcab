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
    /// Takes a request of an agent that nobody knows. Nothing but the request exists until a person
    /// approves it. The answer is the same whether the address has an account or not.
    ///
    /// # Errors
    /// Too many requests from this client, for this address, or waiting for anybody to decide.
    pub async fn enroll(
        &self,
        command: EnrollCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<Enrolled>, Refusal> {
        let resource = Installation.resource();
        let event =
            self.core
                .bare_event(EnrollAgent::NAME, None, Actor::Anonymous, resource, request);
        let done = self.try_enroll(command, event.clone(), request).await;
        self.core.settle(event, done).await
    }

    async fn try_enroll(
        &self,
        command: EnrollCommand,
        event: AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<Enrolled>> {
        let core = &*self.core;
        let (store, email) = (&core.seams.store, command.human_email.clone());
        let mut has_account = false;
        count(core, email.as_ref(), request).await?;
        if let Some(email) = &email {
            has_account = store.read().await?.users().is_taken(email).await?;
        }
        let (link, poll) = (random_token("")?, random_token("")?);
        let poll = command.public_key.map(|key| (key, poll));
        let access = Access::<EnrollAgent>::system(Installation, SystemReason::Enroll);
        let mut tx = store.begin().await?;
        if email.is_none() {
            let waiting = tx.enrollments().open_to_anybody(core.now()).await?;
            if waiting >= core.settings.open_enrollments {
                drop(tx); // counting takes a connection of its own
                let full = Counter::new(core, "enrollments waiting", "", FULL);
                full.count(core).await?;
                return Err(Refusal::TooManyRequests { retry_after: 60 }.into());
            }
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

/// Counts a request for the client's address, and for the address that is to be written to.
async fn count(core: &Core, email: Option<&Email>, request: &AuditRequest) -> Step<()> {
    let (all, each) = (
        core.settings.enrollments,
        core.settings.enrollments_per_address,
    );
    Counter::new(core, "enrollment from", &address(request), all)
        .count(core)
        .await?;
    match email {
        None => Ok(()),
        Some(email) => {
            Counter::new(core, "enrollment of", email.as_str(), each)
                .count(core)
                .await
        }
    }
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
