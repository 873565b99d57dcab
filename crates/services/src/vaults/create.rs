//! Somebody makes a vault.

use super::Vaults;
use super::keeper::share_with_keeper;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::keys::VaultKeys;
use oneclaw_domain::{
    AuditEvent, AuditResource, Description, OrgId, Resource, ResourceKind, Vault, VaultId,
    VaultName,
};
use oneclaw_policy::{CreateVault, InOrg};
use oneclaw_storage::{LockMode, NewVault, Recorded, Tx, WrappedKey};

/// What the vault shall be.
pub struct CreateVaultCommand {
    /// What people call it.
    pub name: VaultName,
    /// What it is for.
    pub description: Description,
}

impl Vaults {
    /// Makes a vault with a key of its own.
    ///
    /// # Errors
    /// The plan allows no more vaults.
    pub async fn create(
        &self,
        command: CreateVaultCommand,
        caller: &Caller,
    ) -> Result<Recorded<Vault>, Refusal> {
        let mut event = self.core.event::<CreateVault>(caller, &caller.org_scope());
        let done = self.try_create(command, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: CreateVaultCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Vault>> {
        let core = &*self.core;
        let now = core.now();
        let mut tx = core.seams.store.begin().await?;
        // an agent's vault is at once the person's behind it, too: that gives access
        let mode = match caller.agent() {
            Some(_) => LockMode::Exclusive,
            None => LockMode::Shared,
        };
        let access = core
            .gate
            .judge_in::<CreateVault>(&mut *tx, caller, caller.org_scope(), mode, now)
            .await?;
        claim(core, &mut *tx, access.in_org(), Resource::Vaults).await?;
        let id = core.id(VaultId::from_uuid);
        let key = make_key(core, &mut *tx, access.org(), id).await?;
        let vault = Vault {
            id,
            org: access.org(),
            name: command.name,
            description: command.description,
            created_by: caller.principal(),
            created_at: now,
            is_system: false,
            cmek: None,
        };
        event.resource = AuditResource::new(ResourceKind::Vault, &id);
        let new = NewVault { vault, key };
        tx.vaults().insert(&access, &new).await?;
        if let Some(agent) = caller.agent() {
            share_with_keeper(core, &mut *tx, &access, (agent, id)).await?;
        }
        let event = event.clone().with("vault_id", id.to_string());
        Ok(tx.commit(event).await?.yields(new.vault))
    }
}

/// A key for a new vault, wrapped by the master key that the store names until the unit of work ends.
pub(crate) async fn make_key(
    core: &Core,
    tx: &mut dyn Tx,
    org: OrgId,
    vault: VaultId,
) -> Step<WrappedKey> {
    let master_key = tx.keys().lock_master_key().await?;
    core.keys.wraps_under(master_key).await?;
    let key = VaultKeys::make(&*core.keys.provider, org, vault).await?;
    // a provider that moved on meanwhile must not leave a key that others cannot open
    if master_key != Some(key.master_key) {
        return Err(Refusal::Unavailable("the master key is being rotated".into()).into());
    }
    Ok(key)
}

/// Counts one more of a resource, where the plan allows it.
pub(crate) async fn claim(core: &Core, tx: &mut dyn Tx, org: InOrg, what: Resource) -> Step<()> {
    let found = tx.orgs().find(org).await?.ok_or(Refusal::NotFound)?;
    let (plans, now) = (core.plans(), core.now());
    let limit = plans.limit(&found, what, now);
    if tx.orgs().claim(org, what, limit).await? {
        return Ok(());
    }
    let limit = limit.unwrap_or_default();
    Err(Refusal::LimitReached {
        resource: what,
        limit,
        tier: plans.tier(&found, now),
    }
    .into())
}
