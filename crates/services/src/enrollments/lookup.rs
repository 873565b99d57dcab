//! A person looks at a request before deciding it.

use super::link::follow;
use super::{AgentPublicKey, Enrollments};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Enrollment, EnrollmentState};
use oneclaw_policy::ReadEnrollment;
use oneclaw_storage::{LockMode, Recorded};

/// A request, as the person sees it who may decide it.
#[derive(Clone, Debug)]
pub struct PendingEnrollment {
    /// The request.
    pub enrollment: Enrollment,
    /// The fingerprint of the agent's key, to compare with what the agent shows.
    pub fingerprint: Option<String>,
}

impl Enrollments {
    /// Shows the request that a link decides, and decides nothing.
    ///
    /// # Errors
    /// No such request, or it ran out; it is for another person; it was decided already.
    pub async fn lookup(
        &self,
        token: &SecretText,
        caller: &Caller,
    ) -> Result<Recorded<PendingEnrollment>, Refusal> {
        let core = &*self.core;
        let on = caller.org_scope();
        let event = core.event::<ReadEnrollment>(caller, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<ReadEnrollment>(
                    &mut *tx,
                    caller,
                    on.clone(),
                    LockMode::Shared,
                    core.now(),
                )
                .await?;
            let who = (access.in_org(), access.principal());
            let enrollment = follow(core, &mut *tx, who, token).await?;
            if enrollment.state != EnrollmentState::Pending {
                return Err(Refusal::Conflict(super::decide::DECIDED).into());
            }
            let key = enrollment.public_key.map(AgentPublicKey::from_bytes);
            let event = event
                .clone()
                .with("enrollment_id", enrollment.id.to_string());
            let request = PendingEnrollment {
                fingerprint: key.map(AgentPublicKey::fingerprint),
                enrollment,
            };
            Ok(tx.commit(event).await?.yields(request))
        }
        .await;
        core.settle(event, done).await
    }
}
