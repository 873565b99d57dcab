//! Writes to policies.

use super::rows::{PolicyRow, WrittenTerms, policy_of};
use crate::query::{execute, fetch, find};
use crate::schema::{agents, policies, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use oneclaw_domain::{OrgId, Policy, PolicyId, Principal};
use oneclaw_policy::{Access, CreatePolicy, CreateVault, DeletePolicy, InOrg, UpdatePolicy};
use oneclaw_storage::{DeletedPolicy, StorageError, WritePolicies};

impl Session {
    async fn insert_policy(&mut self, org: OrgId, policy: &Policy) -> Result<(), StorageError> {
        let place = (
            policies::id.eq(StoredId::from(policy.id)),
            policies::org_id.eq(StoredId::from(org)),
            policies::vault_id.eq(StoredId::from(policy.vault)),
            policies::principal.eq(policy.principal.to_string()),
            policies::pattern.eq(policy.terms.pattern.as_str()),
            policies::created_by.eq(policy.created_by.to_string()),
            policies::created_at.eq(StoredTime::from(policy.created_at)),
        );
        let terms = WrittenTerms::from(policy);
        execute!(
            self,
            "policies",
            diesel::insert_into(policies::table).values((place, &terms))
        )?;
        Ok(())
    }
}

#[async_trait]
impl WritePolicies for Session {
    async fn knows(&mut self, org: InOrg, who: Principal) -> Result<bool, StorageError> {
        let (org, id) = (StoredId::from(org.org()), StoredId(who.uuid()));
        match who {
            Principal::User(_) => fetch!(
                self,
                "users",
                diesel::select(exists(
                    users::table
                        .filter(users::org_id.eq(org))
                        .filter(users::id.eq(id))
                ))
            ),
            Principal::Agent(_) => fetch!(
                self,
                "agents",
                diesel::select(exists(
                    agents::table
                        .filter(agents::org_id.eq(org))
                        .filter(agents::id.eq(id))
                ))
            ),
        }
    }

    async fn insert(
        &mut self,
        access: &Access<CreatePolicy>,
        policy: &Policy,
    ) -> Result<(), StorageError> {
        if policy.vault != access.on().vault {
            return Err(StorageError::Conflict("policies_vault".to_owned()));
        }
        self.insert_policy(access.org(), policy).await
    }

    async fn insert_with_vault(
        &mut self,
        access: &Access<CreateVault>,
        policy: &Policy,
    ) -> Result<(), StorageError> {
        self.insert_policy(access.org(), policy).await
    }

    async fn lock(
        &mut self,
        access: &Access<UpdatePolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError> {
        let row: Option<PolicyRow> = find!(
            self,
            "policies",
            policy_of!(access.in_vault(), policy).select(PolicyRow::as_select()),
            for_no_key_update
        )?;
        row.map(PolicyRow::parse).transpose()
    }

    async fn update(
        &mut self,
        access: &Access<UpdatePolicy>,
        policy: &Policy,
    ) -> Result<(), StorageError> {
        let terms = WrittenTerms::from(policy);
        execute!(
            self,
            "policies",
            diesel::update(policy_of!(access.in_vault(), policy.id)).set(&terms)
        )?;
        Ok(())
    }

    async fn delete(
        &mut self,
        access: &Access<DeletePolicy>,
        policy: PolicyId,
    ) -> Result<Option<DeletedPolicy>, StorageError> {
        let row: Option<PolicyRow> = find!(
            self,
            "policies",
            policy_of!(access.in_vault(), policy).select(PolicyRow::as_select()),
            for_update
        )?;
        let Some(row) = row else {
            return Ok(None);
        };
        execute!(
            self,
            "policies",
            diesel::delete(policy_of!(access.in_vault(), policy))
        )?;
        let (principal, pattern) = row.texts();
        Ok(Some(match row.parse() {
            Ok(policy) => DeletedPolicy::Readable(Box::new(policy)),
            // logged there
            Err(_) => DeletedPolicy::Unreadable { principal, pattern },
        }))
    }
}
