//! Organizations.

use crate::access::owner_of;
use crate::error::corrupt;
use crate::query::{execute, fetch, find, load, run};
use crate::schema::{
    installation, org_usage, orgs, secret_versions, secrets, usage_months, vaults,
};
use crate::session::{Conn, Session};
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Chain, Epoch, GivenPlan, Limit, Org, OrgId, OrgName, PlanStatus, Resource, Tier, VaultId,
    VaultOwner,
};
use oneclaw_policy::{Access, DeleteAccount, InOrg, SignUp};
use oneclaw_storage::{LockMode, OrgGone, StorageError, WriteOrgs};

/// An organization that is added. Instances before this one go by its `tier`.
#[derive(Debug, Insertable)]
#[diesel(table_name = orgs)]
struct NewOrgRow {
    id: StoredId,
    name: String,
    tier: &'static str,
    is_platform: bool,
    created_at: StoredTime,
}

/// An organization without what only the store knows of it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = orgs, check_for_backend(Pg, Sqlite))]
pub(crate) struct OrgRow {
    id: StoredId,
    name: String,
    is_platform: bool,
    created_at: StoredTime,
    plan: Option<String>,
    plan_ends_at: Option<StoredTime>,
    plan_is_yearly: Option<bool>,
    plan_status: Option<String>,
    plan_cancels: bool,
}

impl OrgRow {
    fn given_plan(&self) -> Result<Option<GivenPlan>, StorageError> {
        let Some(tier) = &self.plan else {
            return Ok(None);
        };
        let status = self
            .plan_status
            .as_deref()
            .map(PlanStatus::parse)
            .transpose();
        Ok(Some(GivenPlan {
            tier: Tier::parse(tier).map_err(|_| corrupt("orgs.plan"))?,
            ends_at: self.plan_ends_at.map(Into::into),
            is_yearly: self.plan_is_yearly,
            status: status
                .map_err(|_| corrupt("orgs.plan_status"))?
                .unwrap_or(PlanStatus::Active),
            cancels: self.plan_cancels,
        }))
    }

    pub(crate) fn parse(self) -> Result<Org, StorageError> {
        let plan = self.given_plan()?;
        Ok(Org {
            id: self.id.into(),
            name: OrgName::parse(&self.name).map_err(|_| corrupt("orgs.name"))?,
            plan,
            is_platform: self.is_platform,
            created_at: self.created_at.into(),
        })
    }
}

impl Session {
    async fn has_platform(&mut self) -> Result<bool, StorageError> {
        fetch!(
            self,
            "orgs",
            diesel::select(exists(orgs::table.filter(orgs::is_platform)))
        )
    }

    /// Whether the organization that is about to be added is the installation's first. Where it may
    /// be, others who add one wait here until this unit of work has ended.
    async fn becomes_platform(&mut self) -> Result<bool, StorageError> {
        if self.has_platform().await? {
            return Ok(false);
        }
        let _locked: Option<i16> = find!(
            self,
            "installation",
            installation::table.select(installation::id),
            for_update
        )?;
        Ok(!self.has_platform().await?)
    }
}

impl Session {
    /// Locks all versions in the order in which the journal does, so that the two wait for each
    /// other and never both.
    async fn lock_versions_in(&mut self, org: StoredId) -> Result<(), StorageError> {
        let Conn::Postgres(_) = self.conn else {
            return Ok(());
        };
        // By their secrets, because versions have no index that begins with the organization.
        let here = secrets::table
            .filter(secrets::org_id.eq(org))
            .select(secrets::id);
        let own = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::secret_id.eq_any(here))
            .order(secret_versions::id)
            .select(secret_versions::id);
        let locked = run!(self, get_results, own, own.for_update());
        let _ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        Ok(())
    }
}

impl Session {
    /// Deletes the sums of what was metered, and lets nobody charge the organization while it goes:
    /// waits for all who refer to it, then holds its chain. The requests one by one may be millions,
    /// which housekeeping takes.
    async fn delete_usage(&mut self, org: OrgId) -> Result<(), StorageError> {
        let id = StoredId::from(org);
        let _held: Option<StoredId> = find!(
            self,
            "orgs",
            orgs::table.filter(orgs::id.eq(id)).select(orgs::id),
            for_update
        )?;
        self.hold_chain(Chain::Org(org)).await?;
        let months = usage_months::table.filter(usage_months::org_id.eq(id));
        execute!(self, "usage_months", diesel::delete(months))?;
        Ok(())
    }
}

#[async_trait]
impl WriteOrgs for Session {
    async fn insert(&mut self, access: &Access<SignUp>, org: &Org) -> Result<Org, StorageError> {
        let is_platform = self.becomes_platform().await?;
        let row = NewOrgRow {
            id: access.org().into(),
            name: org.name.as_str().to_owned(),
            tier: Tier::Free.as_str(),
            is_platform,
            created_at: org.created_at.into(),
        };
        execute!(self, "orgs", diesel::insert_into(orgs::table).values(&row))?;
        let usage = (
            org_usage::org_id.eq(row.id),
            org_usage::vaults.eq(0),
            org_usage::secrets.eq(0),
            org_usage::agents.eq(0),
        );
        execute!(
            self,
            "org_usage",
            diesel::insert_into(org_usage::table).values(usage)
        )?;
        if let Some(keeper) = self.books.keeper() {
            let chain = keeper.open(Chain::Org(access.org()));
            self.insert_chain(&chain).await?;
        }
        Ok(Org {
            is_platform,
            ..org.clone()
        })
    }

    async fn lock(&mut self, org: OrgId, mode: LockMode) -> Result<Option<Epoch>, StorageError> {
        let id = StoredId::from(org);
        let epoch: Option<i64> = match mode {
            LockMode::Shared => find!(
                self,
                "orgs",
                orgs::table
                    .filter(orgs::id.eq(id))
                    .select(orgs::authz_epoch),
                for_share
            )?,
            // Keeps out the shared ones, and lets foreign keys be checked meanwhile.
            LockMode::Exclusive => find!(
                self,
                "orgs",
                orgs::table
                    .filter(orgs::id.eq(id))
                    .select(orgs::authz_epoch),
                for_no_key_update
            )?,
        };
        Ok(epoch.map(Epoch))
    }

    async fn lock_vault(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<VaultOwner>, StorageError> {
        let (org_id, vault_id) = (StoredId::from(org), StoredId::from(vault));
        let found: Option<(String, bool)> = find!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(org_id))
                .filter(vaults::id.eq(vault_id))
                .select((vaults::created_by, vaults::is_system)),
            for_key_share
        )?;
        found
            .map(|(by, is_system)| owner_of(org, vault, &by, is_system))
            .transpose()
    }

    async fn raise_epoch(&mut self, org: InOrg) -> Result<(), StorageError> {
        let id = StoredId::from(org.org());
        execute!(
            self,
            "orgs",
            diesel::update(orgs::table.filter(orgs::id.eq(id)))
                .set(orgs::authz_epoch.eq(orgs::authz_epoch + 1))
        )?;
        Ok(())
    }

    async fn find(&mut self, org: InOrg) -> Result<Option<Org>, StorageError> {
        let id = StoredId::from(org.org());
        let row: Option<OrgRow> = find!(
            self,
            "orgs",
            orgs::table
                .filter(orgs::id.eq(id))
                .select(OrgRow::as_select())
        )?;
        row.map(OrgRow::parse).transpose()
    }

    async fn delete(&mut self, access: &Access<DeleteAccount>) -> Result<OrgGone, StorageError> {
        let id = StoredId::from(access.on().org);
        self.lock_versions_in(id).await?;
        let shares = self.hold_shares(id, None).await?;
        let vaults: Vec<StoredId> = load!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(id))
                .select(vaults::id)
        )?;
        self.delete_usage(access.on().org).await?;
        execute!(
            self,
            "orgs",
            diesel::delete(orgs::table.filter(orgs::id.eq(id)))
        )?;
        Ok(OrgGone {
            vaults: vaults.into_iter().map(Into::into).collect(),
            shares,
        })
    }

    async fn claim(
        &mut self,
        org: InOrg,
        what: Resource,
        limit: Limit,
    ) -> Result<bool, StorageError> {
        let id = StoredId::from(org.org());
        let limit = limit.unwrap_or(i64::MAX);
        let usage = org_usage::table.filter(org_usage::org_id.eq(id));
        let counted = match what {
            Resource::Vaults => execute!(
                self,
                "org_usage",
                diesel::update(usage.filter(org_usage::vaults.lt(limit)))
                    .set(org_usage::vaults.eq(org_usage::vaults + 1))
            )?,
            Resource::Secrets => execute!(
                self,
                "org_usage",
                diesel::update(usage.filter(org_usage::secrets.lt(limit)))
                    .set(org_usage::secrets.eq(org_usage::secrets + 1))
            )?,
            Resource::Agents => execute!(
                self,
                "org_usage",
                diesel::update(usage.filter(org_usage::agents.lt(limit)))
                    .set(org_usage::agents.eq(org_usage::agents + 1))
            )?,
        };
        Ok(counted == 1)
    }

    async fn release(&mut self, org: InOrg, what: Resource, many: i64) -> Result<(), StorageError> {
        let id = StoredId::from(org.org());
        let usage = org_usage::table.filter(org_usage::org_id.eq(id));
        match what {
            Resource::Vaults => execute!(
                self,
                "org_usage",
                diesel::update(usage).set(org_usage::vaults.eq(org_usage::vaults - many))
            )?,
            Resource::Secrets => execute!(
                self,
                "org_usage",
                diesel::update(usage).set(org_usage::secrets.eq(org_usage::secrets - many))
            )?,
            Resource::Agents => execute!(
                self,
                "org_usage",
                diesel::update(usage).set(org_usage::agents.eq(org_usage::agents - many))
            )?,
        };
        Ok(())
    }
}
