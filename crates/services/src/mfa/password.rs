//! A password that somebody proves once more: it counts, and is told, as a failed login does.

use super::person::Person;
use crate::core::{Core, Step};
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{AuditEvent, AuditRequest, PasswordInput};

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
        let account = (&person.user.email, person.password_hash.as_deref());
        if self.is_own_password(shown, account, request, event).await? {
            return Ok(());
        }
        let reason = AuthFailure::CurrentPassword.reason();
        Err(self.refuse(event, reason, Refusal::StepUpNeeded).await)
    }
}
