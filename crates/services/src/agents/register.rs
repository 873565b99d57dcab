//! An agent comes into being, whoever registers it.

use super::identity::{IdentityPairs, keep};
use crate::Refusal;
use crate::auth::AGENT_KEY_LABEL;
use crate::core::{Core, Step, require};
use crate::vaults::claim;
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    Agent, AgentExtras, AgentId, AgentKey, AgentKeyId, AgentName, Binding, Description,
    Environment, KeyPrefix, Principal, Resource, Scopes, Timestamp, TokenTtl, VaultId,
};
use oneclaw_policy::{Access, InOrg, RegisterAgent};
use oneclaw_storage::Tx;

/// What an agent shall be.
pub struct RegisterAgentCommand {
    /// What people call it.
    pub name: AgentName,
    /// What it is for.
    pub description: Description,
    /// What cuts its grants.
    pub scopes: Scopes,
    /// The vaults that it is bound to.
    pub binding: Binding,
    /// Life of its tokens.
    pub token_ttl: Option<TokenTtl>,
    /// When it stops.
    pub expires_at: Option<Timestamp>,
    /// When its key stops working.
    pub key_expires_at: Option<Timestamp>,
    /// Whether it uses values through intents only.
    pub intents_api_enabled: bool,
    /// Kept and shown, without effect.
    pub shroud_enabled: bool,
    /// The environment that it is tagged with.
    pub environment: Option<Environment>,
    /// Whether that may not be changed.
    pub environment_locked: bool,
    /// Kept and shown, without effect.
    pub env_auto_resolve: Option<bool>,
    /// What clients keep with it.
    pub extras: AgentExtras,
}

impl RegisterAgentCommand {
    /// An agent of which nothing is known but its name and what it is for.
    pub fn named(name: AgentName, description: Description) -> Self {
        Self {
            name,
            description,
            scopes: Scopes::default(),
            binding: Binding::default(),
            token_ttl: None,
            expires_at: None,
            key_expires_at: None,
            intents_api_enabled: false,
            shroud_enabled: false,
            environment: None,
            environment_locked: false,
            env_auto_resolve: None,
            extras: AgentExtras::default(),
        }
    }
}

/// An agent with its key, shown this once.
#[derive(Debug)]
pub struct KeyedAgent {
    /// The agent.
    pub agent: Agent,
    /// Its key.
    pub api_key: SecretText,
}

/// A fresh key, what is kept of it, and the hash under which it is found.
pub(super) struct FreshKey {
    pub(super) text: SecretText,
    pub(super) key: AgentKey,
    pub(super) hash: [u8; 32],
}

impl FreshKey {
    pub(super) fn make(core: &Core, expires_at: Option<Timestamp>) -> Result<Self, Refusal> {
        let text = random_token("ocv_")?;
        Ok(Self {
            key: AgentKey {
                id: core.id(AgentKeyId::from_uuid),
                prefix: KeyPrefix::of(text.expose()),
                expires_at,
            },
            hash: core.keys.lookup_hash(AGENT_KEY_LABEL, text.expose()),
            text,
        })
    }
}

/// Registers an agent in a unit of work that holds its organization exclusively: the first one
/// brings the vault for identity keys with it. It is born without any grant.
///
/// # Errors
/// An end in the past; a binding to what is no vault of the organization; the plan allows no more
/// agents.
pub(crate) async fn register(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<RegisterAgent>,
    command: RegisterAgentCommand,
) -> Step<KeyedAgent> {
    let org = access.in_org();
    in_future(core, "expires_at", command.expires_at)?;
    in_future(core, "api_key_expires_at", command.key_expires_at)?;
    vaults_exist(tx, org, command.binding.as_slice()).await?;
    claim(core, tx, org, Resource::Agents).await?;
    let fresh = FreshKey::make(core, command.key_expires_at)?;
    let pairs = IdentityPairs::make()?;
    let created_by = access.principal();
    let agent = Agent {
        id: core.id(AgentId::from_uuid),
        org: access.org(),
        name: command.name,
        description: command.description,
        scopes: command.scopes,
        is_active: true,
        intents_api_enabled: command.intents_api_enabled,
        shroud_enabled: command.shroud_enabled,
        token_ttl: command.token_ttl,
        binding: command.binding,
        key: fresh.key,
        identity: pairs.public(),
        environment: command.environment,
        environment_locked: command.environment_locked,
        env_auto_resolve: command.env_auto_resolve,
        extras: command.extras,
        created_by: match created_by {
            Some(Principal::User(user)) => Some(user),
            Some(Principal::Agent(_)) | None => None,
        },
        created_at: core.now(),
        expires_at: command.expires_at,
        last_active_at: None,
    };
    tx.agents().insert(access, &agent, &fresh.hash).await?;
    let by = created_by.unwrap_or(Principal::Agent(agent.id));
    keep(core, tx, org, by, agent.id, &pairs).await?;
    Ok(KeyedAgent {
        agent,
        api_key: fresh.text,
    })
}

/// What was over before it began is a mistake.
pub(super) fn in_future(core: &Core, field: &'static str, end: Option<Timestamp>) -> Step<()> {
    let ends_later = end.is_none_or(|end| end > core.now());
    require(field, ends_later, "must be in the future")
}

/// Whether all of these are vaults of the organization.
pub(super) async fn vaults_exist(tx: &mut dyn Tx, org: InOrg, vaults: &[VaultId]) -> Step<()> {
    let known = vaults.is_empty() || tx.vaults().all_exist(org, vaults).await?;
    require(
        "vault_ids",
        known,
        "must be vaults of this organization, by id",
    )
}
