//! Somebody adds a rule about callers' addresses.

use super::IpRules;
use super::service::admits_caller;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{
    AppliesTo, AuditEvent, AuditResource, Cidr, IpRule, IpRuleId, Principal, ResourceKind,
    RuleLabel, RuleType,
};
use oneclaw_policy::CreateIpRule;
use oneclaw_storage::{LockMode, Recorded};

/// Rules that an organization may have: every caller's standing holds all of them.
const MAX_RULES: usize = 1000;

/// What the rule shall be.
pub struct CreateIpRuleCommand {
    /// Whether it lets in or keeps out.
    pub rule: RuleType,
    /// The addresses.
    pub cidr: Cidr,
    /// What it is for.
    pub label: Option<RuleLabel>,
    /// Whom it is about.
    pub applies_to: AppliesTo,
    /// Whether to add it even where it shuts out the caller.
    pub force: bool,
}

impl IpRules {
    /// Adds a rule, which holds from the next request on.
    ///
    /// # Errors
    /// The caller does not manage the organization, or would be shut out and does not force it;
    /// there are as many rules as there may be.
    pub async fn create(
        &self,
        command: CreateIpRuleCommand,
        caller: &Caller,
    ) -> Result<Recorded<IpRule>, Refusal> {
        let core = &*self.core;
        let mut event = core
            .event::<CreateIpRule>(caller, &caller.org_scope())
            .with("rule_type", command.rule.as_str())
            .with("cidr", command.cidr.as_string())
            .with("applies_to", command.applies_to.as_str())
            .with("force", command.force);
        let done = self.try_create(command, caller, &mut event).await;
        core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: CreateIpRuleCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<IpRule>> {
        let core = &*self.core;
        let (mode, now) = (LockMode::Exclusive, core.now());
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<CreateIpRule>(&mut *tx, caller, caller.org_scope(), mode, now)
            .await?;
        let rule = IpRule {
            id: core.id(IpRuleId::from_uuid),
            org: access.org(),
            rule: command.rule,
            cidr: command.cidr,
            label: command.label,
            applies_to: command.applies_to,
            created_by: match caller.principal() {
                Principal::User(user) => Some(user),
                Principal::Agent(_) => None,
            },
            created_at: now,
        };
        let others = tx.ip_rules().all(access.in_org()).await?;
        if others.len() >= MAX_RULES {
            return Err(Refusal::Conflict("The organization has 1000 IP rules already").into());
        }
        admits_caller(others.iter().chain([&rule]), caller, command.force)?;
        tx.ip_rules().insert(&access, &rule).await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        event.resource = AuditResource::new(ResourceKind::IpRule, &rule.id);
        Ok(tx.commit(event.clone()).await?.yields(rule))
    }
}
