//! How a request comes to the person who shall decide it.

use super::AgentPublicKey;
use crate::Refusal;
use crate::core::Core;
use crate::mail::{Message, Post, Posted};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Enrollment, EnrollmentId};
use oneclaw_storage::{MailSubject, Tx};

/// What is waiting to tell of a request.
pub(super) const fn about(request: EnrollmentId) -> MailSubject {
    MailSubject::Enrollment(request.uuid())
}

/// Posts a request with its unit of work, where it names an address that has an account. A stranger
/// is not written to on the word of somebody who did not even log in.
pub(super) async fn send(
    core: &Core,
    tx: &mut dyn Tx,
    request: &Enrollment,
    token: SecretText,
    has_account: bool,
) -> Result<Option<Posted>, Refusal> {
    let Some(email) = request.human_email.as_ref().filter(|_| has_account) else {
        return Ok(None);
    };
    let key = request.public_key.map(AgentPublicKey::from_bytes);
    let message = Message::EnrollmentRequest {
        agent_name: request.name.as_str().to_owned(),
        description: request.description.as_str().to_owned(),
        fingerprint: key.map(AgentPublicKey::fingerprint),
        token,
        expires_at: request.expires_at,
    };
    let post = Post::new(email, &message)
        .about(about(request.id))
        .not_after(request.expires_at);
    Ok(Some(core.post(tx, post).await?))
}
