//! What is wrong with a policy that only today and its principal tell.

use crate::core::Step;
use crate::{FieldError, Refusal};
use oneclaw_domain::{AuditEvent, GrantTerms, Invalid, Permission, Policy, Principal, Timestamp};

/// A condition that can never hold for `principal`: whoever wrote it meant something else.
pub(super) fn never_holding(terms: &GrantTerms, principal: Principal) -> Vec<FieldError> {
    const NO_AGENT: Invalid =
        Invalid::new("environment_in is never true for a user: only for agents");
    const NO_USER: Invalid =
        Invalid::new("principal_role is never true for an agent: only for users");
    let mut wrong = Vec::new();
    match principal {
        Principal::User(_) if terms.conditions.names_environments() => {
            wrong.push(FieldError::new("conditions", &NO_AGENT));
        }
        Principal::Agent(_) if !terms.attributes.hold(None) => {
            wrong.push(FieldError::new("attribute_conditions", &NO_USER));
        }
        Principal::User(_) | Principal::Agent(_) => {}
    }
    wrong
}

/// An end that is over: such a policy never holds.
pub(super) fn past(terms: &GrantTerms, now: Timestamp) -> Option<FieldError> {
    const PAST: Invalid = Invalid::new("must be in the future");
    terms
        .is_expired(now)
        .then(|| FieldError::new("expires_at", &PAST))
}

/// All that is wrong, if anything is.
pub(super) fn refuse(wrong: Vec<FieldError>) -> Step<()> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(wrong).into())
    }
}

/// The words for a principal that the organization does not have.
pub(super) fn unknown_principal() -> FieldError {
    const UNKNOWN: Invalid = Invalid::new("no such user or agent in this organization");
    FieldError::new("principal_id", &UNKNOWN)
}

/// The event with what the policy says.
pub(super) fn described(event: &AuditEvent, policy: &Policy) -> AuditEvent {
    let permissions: Vec<&str> = policy
        .terms
        .permissions
        .iter()
        .map(Permission::as_str)
        .collect();
    event
        .clone()
        .with("principal", policy.principal.to_string())
        .with("pattern", policy.terms.pattern.as_str())
        .with("permissions", permissions)
        .with("effect", policy.terms.effect.as_str())
}
