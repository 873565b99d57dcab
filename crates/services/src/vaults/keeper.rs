//! An agent's vault is at once shared with the person behind it (contract 4.2).

use crate::core::{Core, Step};
use crate::policies::room_about;
use oneclaw_domain::{
    AgentId, AttributeConditions, Conditions, Effect, GrantTerms, PathPattern, Permission,
    Permissions, Policy, PolicyId, Principal, Priority, VaultId,
};
use oneclaw_policy::{Access, CreateVault};
use oneclaw_storage::Tx;

/// What the person behind the agent may do there. Ours: the contract's upstream only says "shared".
const SHARED: [Permission; 3] = [Permission::Read, Permission::Write, Permission::Delete];

/// Gives the person who registered or approved the agent a policy on every path of a vault that the
/// agent makes; nobody, where that person is gone.
pub(super) async fn share_with_keeper(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<CreateVault>,
    (agent, vault): (AgentId, VaultId),
) -> Step<()> {
    let org = access.in_org();
    let found = tx.access().agent_owner(org.org(), agent).await?;
    let keeper = found.and_then(|(_, owner)| owner?.created_by);
    let (Some(keeper), Some(terms)) = (keeper, everywhere()) else {
        return Ok(());
    };
    room_about(tx.policies(), org, Principal::User(keeper)).await?;
    let policy = Policy {
        id: core.id(PolicyId::from_uuid),
        org: org.org(),
        vault,
        principal: Principal::User(keeper),
        terms,
        tx_conditions: None,
        schema_version: 2,
        created_by: Principal::Agent(agent),
        created_at: core.now(),
    };
    tx.policies().insert_with_vault(access, &policy).await?;
    tx.orgs().raise_epoch(org).await?;
    Ok(())
}

fn everywhere() -> Option<GrantTerms> {
    Some(GrantTerms {
        pattern: PathPattern::parse("**").ok()?,
        permissions: Permissions::of(&SHARED)?,
        effect: Effect::Allow,
        priority: Priority::default(),
        conditions: Conditions::default(),
        attributes: AttributeConditions::default(),
        expires_at: None,
    })
}
