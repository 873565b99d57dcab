//! A password that somebody proves once more: it counts, and is told, as a failed login does.

use super::person::Person;
use crate::auth::{address, password_tries};
use crate::core::{Core, Step};
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, AuditRequest, PasswordInput};
use oneclaw_policy::{Action, EndSession};

impl Core {
    /// Checks a password outside of any unit of work: hashing takes long, and nobody shall wait for
    /// it.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`] for a wrong one; too many tries.
    pub(super) async fn check_password(
        &self,
        person: &Person,
        shown: &PasswordInput,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<()> {
        let email = &person.user.email;
        let from = address(request);
        let known = self.knows(email, request).await?;
        let tries = password_tries(self, email, known.then_some(from.as_str()));
        let action = std::mem::replace(&mut event.action, EndSession::NAME);
        tries.count(self).await?;
        let text = SecretText::new(shown.expose().to_owned());
        let matches = match &person.password_hash {
            Some(hash) => self.hasher.verify(text, hash).await?.matches,
            None => self.hasher.verify_nothing(text).await?.matches,
        };
        if !matches {
            let reason = AuthFailure::CurrentPassword.reason();
            return Err(self.refuse(event, reason, Refusal::StepUpNeeded).await);
        }
        event.action = action;
        tries.clear(self).await?;
        Ok(())
    }
}
