//! The facts by which vaults and agents are judged, each with the epoch of its organization.

use crate::error::corrupt;
use crate::query::find;
use crate::schema::{agents, orgs, vaults};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{AgentId, AgentOwner, Epoch, OrgId, Principal, VaultId, VaultOwner};
use oneclaw_storage::StorageError;

pub(crate) fn owner_of(
    org: OrgId,
    vault: VaultId,
    created_by: &str,
    is_system: bool,
) -> Result<VaultOwner, StorageError> {
    let created_by = Principal::parse(created_by).map_err(|_| corrupt("vaults.created_by"))?;
    Ok(VaultOwner {
        org,
        vault,
        created_by,
        is_system,
    })
}

impl Session {
    pub(super) async fn owner_of_vault(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<(Epoch, Option<VaultOwner>)>, StorageError> {
        let (org_id, vault_id) = (StoredId::from(org), StoredId::from(vault));
        let row: Option<(i64, Option<(String, bool)>)> = find!(
            self,
            "vaults",
            orgs::table
                .left_join(
                    vaults::table.on(vaults::org_id.eq(orgs::id).and(vaults::id.eq(vault_id)))
                )
                .filter(orgs::id.eq(org_id))
                .select((
                    orgs::authz_epoch,
                    (vaults::created_by, vaults::is_system).nullable()
                ))
        )?;
        let Some((epoch, found)) = row else {
            return Ok(None);
        };
        let owner = found
            .map(|(by, is_system)| owner_of(org, vault, &by, is_system))
            .transpose()?;
        Ok(Some((Epoch(epoch), owner)))
    }

    pub(super) async fn owner_of_agent(
        &mut self,
        org: OrgId,
        agent: AgentId,
    ) -> Result<Option<(Epoch, Option<AgentOwner>)>, StorageError> {
        /// The agent, and who registered it.
        type Found = (StoredId, Option<StoredId>);
        let (org_id, agent_id) = (StoredId::from(org), StoredId::from(agent));
        let row: Option<(i64, Option<Found>)> = find!(
            self,
            "agents",
            orgs::table
                .left_join(
                    agents::table.on(agents::org_id.eq(orgs::id).and(agents::id.eq(agent_id)))
                )
                .filter(orgs::id.eq(org_id))
                .select((
                    orgs::authz_epoch,
                    (agents::id, agents::created_by).nullable()
                ))
        )?;
        Ok(row.map(|(epoch, found)| {
            let owner = found.map(|(_, created_by)| AgentOwner {
                org,
                agent,
                created_by: created_by.map(Into::into),
            });
            (Epoch(epoch), owner)
        }))
    }
}
