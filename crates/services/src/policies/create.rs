//! Somebody gives, or denies, access to paths of a vault.

use super::Policies;
use super::room::{room_about, room_on};
use super::terms::{described, never_holding, past, refuse, unknown_principal};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{
    AuditEvent, AuditResource, GrantTerms, Metadata, Policy, PolicyId, Principal, ResourceKind,
    VaultId,
};
use oneclaw_policy::{CreatePolicy, VaultScope};
use oneclaw_storage::{LockMode, Recorded};

/// What the policy shall be.
#[derive(Debug)]
pub struct CreatePolicyCommand {
    /// The vault that it is about.
    pub vault: VaultId,
    /// Whom it is for.
    pub principal: Principal,
    /// What it says.
    pub terms: GrantTerms,
    /// Kept and shown, without effect on secrets.
    pub tx_conditions: Option<Metadata>,
    /// The form that the client wrote it in, 1 or 2; without effect.
    pub schema_version: i64,
}

impl Policies {
    /// Makes a policy; it holds from the next request on, on every instance.
    ///
    /// # Errors
    /// No such vault in the caller's organization; the caller does not manage it; an agent about
    /// itself; a principal that the organization does not have; an end in the past, or a condition
    /// that is never true; as many policies on the vault or about the principal as there may be.
    pub async fn create(
        &self,
        command: CreatePolicyCommand,
        caller: &Caller,
    ) -> Result<Recorded<Policy>, Refusal> {
        let on = VaultScope {
            org: caller.org(),
            vault: command.vault,
        };
        let mut event = self.core.event::<CreatePolicy>(caller, &on);
        let done = self.try_create(command, on, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: CreatePolicyCommand,
        on: VaultScope,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Policy>> {
        let core = &*self.core;
        let now = core.now();
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<CreatePolicy>(&mut *tx, caller, on, LockMode::Exclusive, now)
            .await?;
        access.may_govern(command.principal)?;
        access.may_give(command.terms.permissions)?;
        let mut wrong = never_holding(&command.terms, command.principal);
        wrong.extend(past(&command.terms, now));
        let org = access.in_org();
        if !tx.policies().knows(org, command.principal).await? {
            wrong.push(unknown_principal());
        }
        refuse(wrong)?;
        room_about(tx.policies(), org, command.principal).await?;
        room_on(tx.policies(), access.in_vault()).await?;
        let policy = Policy {
            id: core.id(PolicyId::from_uuid),
            org: org.org(),
            vault: access.on().vault,
            principal: command.principal,
            terms: command.terms,
            tx_conditions: command.tx_conditions,
            schema_version: command.schema_version,
            created_by: caller.principal(),
            created_at: now,
        };
        event.resource = AuditResource::new(ResourceKind::Policy, &policy.id);
        tx.policies().insert(&access, &policy).await?;
        tx.orgs().raise_epoch(org).await?;
        let event = described(event, &policy);
        Ok(tx.commit(event).await?.yields(policy))
    }
}
