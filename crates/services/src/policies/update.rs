//! Somebody changes what a policy says.

use super::Policies;
use super::terms::{described, never_holding, past, refuse};
use crate::access::Caller;
use crate::core::Step;
use crate::{Change, FieldError, Refusal};
use oneclaw_domain::{
    AttributeConditions, AuditResource, Conditions, Effect, Invalid, Metadata, PathPattern,
    Permissions, Policy, PolicyId, Priority, ResourceKind, Timestamp, VaultId,
};
use oneclaw_policy::{UpdatePolicy, VaultScope};
use oneclaw_storage::{LockMode, Recorded};
use uuid::Uuid;

/// Which policy shall say what.
#[derive(Debug)]
pub struct UpdatePolicyCommand {
    /// The vault.
    pub vault: VaultId,
    /// The policy.
    pub policy: PolicyId,
    /// What changes.
    pub change: PolicyChange,
}

/// What shall change; what is `None` stays.
#[derive(Debug, Default)]
pub struct PolicyChange {
    /// What may, or may not, be done.
    pub permissions: Option<Permissions>,
    /// When it holds.
    pub conditions: Option<Conditions>,
    /// When it ends.
    pub expires_at: Change<Timestamp>,
    /// Whether it grants or denies.
    pub effect: Option<Effect>,
    /// Which of several decides.
    pub priority: Option<Priority>,
    /// For whom of those that it names it holds.
    pub attributes: Option<AttributeConditions>,
    /// Kept and shown, without effect on secrets.
    pub tx_conditions: Option<Metadata>,
    /// What is fixed.
    pub repeated: Repeated,
}

/// What a change may repeat of a policy, and must not change: another path or principal is another
/// policy.
#[derive(Debug, Default)]
pub struct Repeated {
    /// The paths.
    pub pattern: Option<PathPattern>,
    /// `user` or `agent`.
    pub principal_type: Option<&'static str>,
    /// Whom it is for, with the type that stands before the id, if one does.
    pub principal_id: Option<(Option<&'static str>, Uuid)>,
    /// The vault.
    pub vault: Option<VaultId>,
}

impl PolicyChange {
    /// Changes `policy`.
    ///
    /// # Errors
    /// Every field that may not be what it is.
    pub(super) fn apply(self, policy: &mut Policy, now: Timestamp) -> Step<()> {
        let mut wrong = self.repeated.differing(policy);
        let sets_end = matches!(self.expires_at, Change::Set(_));
        let terms = &mut policy.terms;
        terms.permissions = self.permissions.unwrap_or(terms.permissions);
        terms.effect = self.effect.unwrap_or(terms.effect);
        terms.priority = self.priority.unwrap_or(terms.priority);
        self.expires_at.apply(&mut terms.expires_at);
        if let Some(conditions) = self.conditions {
            terms.conditions = conditions;
        }
        if let Some(attributes) = self.attributes {
            terms.attributes = attributes;
        }
        if self.tx_conditions.is_some() {
            policy.tx_conditions = self.tx_conditions;
        }
        // a policy that is over already may be changed in other things
        wrong.extend(past(&policy.terms, now).filter(|_| sets_end));
        wrong.extend(never_holding(&policy.terms, policy.principal));
        refuse(wrong)
    }
}

/// What of a policy is not as it was.
fn changed(before: &Policy, after: &Policy) -> Vec<&'static str> {
    let (old, new) = (&before.terms, &after.terms);
    let fields = [
        ("permissions", old.permissions != new.permissions),
        ("conditions", old.conditions != new.conditions),
        ("expires_at", old.expires_at != new.expires_at),
        ("effect", old.effect != new.effect),
        ("priority", old.priority != new.priority),
        ("attribute_conditions", old.attributes != new.attributes),
        ("tx_conditions", before.tx_conditions != after.tx_conditions),
    ];
    let differing = fields.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(field, _)| field).collect()
}

impl Repeated {
    fn differing(&self, policy: &Policy) -> Vec<FieldError> {
        const FIXED: Invalid = Invalid::new("cannot be changed: make another policy");
        let others = [
            (
                "secret_path_pattern",
                self.pattern
                    .as_ref()
                    .is_some_and(|it| *it != policy.terms.pattern),
            ),
            (
                "principal_type",
                self.principal_type
                    .is_some_and(|it| it != policy.principal.kind()),
            ),
            (
                "principal_id",
                self.principal_id.is_some_and(|(kind, id)| {
                    kind.is_some_and(|it| it != policy.principal.kind())
                        || id != policy.principal.uuid()
                }),
            ),
            ("vault_id", self.vault.is_some_and(|it| it != policy.vault)),
        ];
        let differing = others.into_iter().filter(|(_, differs)| *differs);
        differing
            .map(|(field, _)| FieldError::new(field, &FIXED))
            .collect()
    }
}

impl Policies {
    /// Changes what a policy of the vault says; it holds from the next request on, on every
    /// instance.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; no such policy on
    /// it; an agent about itself; another path or principal; an end in the past, or a condition that is never true.
    pub async fn update(
        &self,
        command: UpdatePolicyCommand,
        caller: &Caller,
    ) -> Result<Recorded<Policy>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault: command.vault,
        };
        let mut event = core.event::<UpdatePolicy>(caller, &on);
        event.resource = AuditResource::new(ResourceKind::Policy, &command.policy);
        let done: Step<_> = async {
            let event = &mut event;
            let mut tx = core.seams.store.begin().await?;
            let (mode, now) = (LockMode::Exclusive, core.now());
            let access = core
                .gate
                .judge_in::<UpdatePolicy>(&mut *tx, caller, on.clone(), mode, now)
                .await?;
            let found = tx.policies().lock(&access, command.policy).await?;
            let before = found.ok_or(Refusal::NotFound)?;
            access.may_govern(before.principal)?;
            let mut policy = before.clone();
            command.change.apply(&mut policy, now)?;
            access.may_give(before.terms.permissions)?;
            access.may_give(policy.terms.permissions)?;
            tx.policies().update(&access, &policy).await?;
            tx.orgs().raise_epoch(access.in_org()).await?;
            let event = described(event, &policy).with("changed", changed(&before, &policy));
            Ok(tx.commit(event).await?.yields(policy))
        }
        .await;
        core.settle(event, done).await
    }
}
