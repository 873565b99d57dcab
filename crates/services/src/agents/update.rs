//! Who keeps an agent changes it.

use super::Agents;
use super::differing::differing;
use super::register::{in_future, vaults_exist};
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use crate::vaults::claim;
use crate::{Change, FieldError, Refusal};
use oneclaw_domain::{
    Agent, AgentId, AgentKeyId, AgentName, AuditEvent, Binding, Description, Environment, Resource,
    Scopes, Timestamp, TokenTtl, VaultId,
};
use oneclaw_policy::{Action as _, AgentAt, DeleteAgent, InOrg, UpdateAgent};
use oneclaw_storage::{LockMode, Recorded, Tx};
use serde_json::{Map, Value};

/// What of an agent shall change; `None` = unchanged.
#[derive(Default)]
pub struct AgentChanges {
    /// What people call it.
    pub name: Option<AgentName>,
    /// What it is for.
    pub description: Option<Description>,
    /// What cuts its grants.
    pub scopes: Option<Scopes>,
    /// Whether it may act.
    pub is_active: Option<bool>,
    /// When it stops.
    pub expires_at: Change<Timestamp>,
    /// Whether it uses values through intents only.
    pub intents_api_enabled: Option<bool>,
    /// Kept and shown, without effect.
    pub shroud_enabled: Option<bool>,
    /// Life of its tokens.
    pub token_ttl: Change<TokenTtl>,
    /// The vaults that it is bound to; none = not bound.
    pub binding: Option<Binding>,
    /// When its key stops working.
    pub key_expires_at: Change<Timestamp>,
    /// The environment that it is tagged with.
    pub environment: Change<Environment>,
    /// Whether that may not be changed.
    pub environment_locked: Option<bool>,
    /// Kept and shown, without effect.
    pub env_auto_resolve: Option<bool>,
    /// What clients keep with it; null clears.
    pub extras: Map<String, Value>,
}

impl Agents {
    /// Changes an agent. What it may do afterwards holds on every instance from the next request
    /// on, for tokens that live already, too. Those of an agent that is deactivated die for good; its
    /// key works again when it does.
    ///
    /// # Errors
    /// No such agent; the caller neither registered it nor manages the organization; an end in the
    /// past; a binding to what is no vault of the organization; a locked environment; the plan
    /// allows no more active agents.
    pub async fn update(
        &self,
        agent: AgentId,
        changes: AgentChanges,
        caller: &Caller,
    ) -> Result<Recorded<Agent>, Refusal> {
        let on = AgentAt {
            org: caller.org(),
            agent,
        };
        let mut event = self.core.event::<UpdateAgent>(caller, &on);
        if changes.is_active == Some(false) {
            event.action = DeleteAgent::NAME; // the same word for both (contract 17)
        }
        let done = boxed(self.try_update(on, changes, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_update(
        &self,
        on: AgentAt,
        changes: AgentChanges,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Agent>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<UpdateAgent>(&mut *tx, caller, on, LockMode::Exclusive, core.now())
            .await?;
        let (org, id) = (access.in_org(), access.on().agent);
        let before = tx.agents().lock(org, id).await?;
        let before = before.ok_or(Refusal::NotFound)?;
        for (field, end) in [
            ("expires_at", &changes.expires_at),
            ("api_key_expires_at", &changes.key_expires_at),
        ] {
            let end = match end {
                Change::Set(end) => Some(*end),
                Change::Keep | Change::Clear => None,
            };
            in_future(core, field, end)?;
        }
        vaults_exist(&mut *tx, org, &new_vaults(&before, &changes)).await?;
        count(core, &mut *tx, org, before.is_active, changes.is_active).await?;
        let mut agent = changed(before.clone(), changes)?;
        let (was_over, is_over) = (is_over(&before, core.now()), is_over(&agent, core.now()));
        if (before.is_active && !agent.is_active) || (was_over && !is_over) {
            // tokens that died with it stay dead when it comes back
            agent.key.id = core.id(AgentKeyId::from_uuid);
        }
        tx.agents().update(&access, &agent).await?;
        tx.orgs().raise_epoch(org).await?;
        let event = event.clone().with("changed", differing(&before, &agent));
        Ok(tx.commit(event).await?.yields(agent))
    }
}

/// Whether the agent's time, or that of its key, has come.
fn is_over(agent: &Agent, now: Timestamp) -> bool {
    let ends = [agent.expires_at, agent.key.expires_at];
    ends.into_iter().flatten().any(|end| end <= now)
}

/// The vaults of the new binding that the old one does not name: those of the old one may be gone.
fn new_vaults(before: &Agent, changes: &AgentChanges) -> Vec<VaultId> {
    let named = changes.binding.iter().flat_map(Binding::as_slice);
    let known = before.binding.as_slice();
    named
        .filter(|vault| !known.contains(vault))
        .copied()
        .collect()
}

/// Active agents count (contract 4.6).
async fn count(
    core: &Core,
    tx: &mut dyn Tx,
    org: InOrg,
    before: bool,
    after: Option<bool>,
) -> Step<()> {
    match (before, after) {
        (false, Some(true)) => claim(core, tx, org, Resource::Agents).await,
        (true, Some(false)) => Ok(tx.orgs().release(org, Resource::Agents, 1).await?),
        _ => Ok(()),
    }
}

fn changed(mut agent: Agent, changes: AgentChanges) -> Result<Agent, Refusal> {
    let mut environment = agent.environment.clone();
    changes.environment.apply(&mut environment);
    if agent.environment_locked && environment != agent.environment {
        return Err(Refusal::Conflict("The agent's environment is locked"));
    }
    agent.environment = environment;
    set(&mut agent.name, changes.name);
    set(&mut agent.description, changes.description);
    set(&mut agent.scopes, changes.scopes);
    set(&mut agent.is_active, changes.is_active);
    set(&mut agent.intents_api_enabled, changes.intents_api_enabled);
    set(&mut agent.shroud_enabled, changes.shroud_enabled);
    set(&mut agent.binding, changes.binding);
    set(&mut agent.environment_locked, changes.environment_locked);
    changes.expires_at.apply(&mut agent.expires_at);
    changes.token_ttl.apply(&mut agent.token_ttl);
    changes.key_expires_at.apply(&mut agent.key.expires_at);
    agent.env_auto_resolve = changes.env_auto_resolve.or(agent.env_auto_resolve);
    agent
        .extras
        .set(&changes.extras)
        .map_err(|(field, invalid)| Refusal::Invalid(vec![FieldError::new(field, &invalid)]))?;
    Ok(agent)
}

fn set<T>(field: &mut T, to: Option<T>) {
    if let Some(to) = to {
        *field = to;
    }
}
