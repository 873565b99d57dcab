//! Policies.

use crate::error::corrupt;
use crate::query::{execute, fetch, find, load};
use crate::schema::{agents, policies, users};
use crate::session::Session;
use crate::types::{LenientJson, StoredId, StoredJson, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    AttributeConditions, Conditions, Effect, Grant, GrantTerms, Metadata, OrgId, Page, PageSize,
    PathPattern, Permission, Permissions, Policy, PolicyId, Principal, Priority, VaultId,
};
use oneclaw_policy::{
    Access, CreatePolicy, CreateVault, DeletePolicy, DryRunPolicy, InOrg, ListPolicies,
    UpdatePolicy, VaultScope,
};
use oneclaw_storage::{PolicyCursor, ReadPolicies, StorageError, WritePolicies};
use serde_json::{Map, Value};

/// A policy, as far as it decides.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = policies, check_for_backend(Pg, Sqlite))]
pub(crate) struct GrantRow {
    id: StoredId,
    vault_id: StoredId,
    pattern: String,
    permissions: LenientJson,
    effect: String,
    priority: i64,
    conditions: LenientJson,
    attribute_conditions: LenientJson,
    expires_at: Option<StoredTime>,
}

fn object(json: LenientJson) -> Option<Map<String, Value>> {
    match json.0 {
        Some(Value::Object(map)) => Some(map),
        _ => None,
    }
}

fn permissions_of(json: LenientJson) -> Option<Permissions> {
    let words: Vec<String> = serde_json::from_value(json.0?).ok()?;
    Permissions::parse(&words).ok()
}

impl GrantRow {
    pub(crate) fn id(&self) -> PolicyId {
        self.id.into()
    }

    pub(crate) fn vault(&self) -> VaultId {
        self.vault_id.into()
    }

    /// What it says, or the column that cannot be read.
    pub(crate) fn parse(self) -> Result<Grant, &'static str> {
        let conditions = object(self.conditions).and_then(|map| Conditions::parse(&map).ok());
        let attributes =
            object(self.attribute_conditions).and_then(|map| AttributeConditions::parse(&map).ok());
        let terms = GrantTerms {
            pattern: PathPattern::parse(&self.pattern).map_err(|_| "policies.pattern")?,
            permissions: permissions_of(self.permissions).ok_or("policies.permissions")?,
            effect: Effect::parse(&self.effect).map_err(|_| "policies.effect")?,
            priority: Priority::parse(self.priority).map_err(|_| "policies.priority")?,
            conditions: conditions.ok_or("policies.conditions")?,
            attributes: attributes.ok_or("policies.attribute_conditions")?,
            expires_at: self.expires_at.map(Into::into),
        };
        Ok(Grant {
            policy: self.id.into(),
            vault: self.vault_id.into(),
            terms,
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = policies, check_for_backend(Pg, Sqlite))]
struct PolicyRow {
    #[diesel(embed)]
    grant: GrantRow,
    org_id: StoredId,
    principal: String,
    tx_conditions: Option<StoredJson>,
    schema_version: i64,
    created_by: String,
    created_at: StoredTime,
}

impl PolicyRow {
    fn parse(self) -> Result<Policy, StorageError> {
        let grant = self.grant.parse().map_err(corrupt)?;
        Ok(Policy {
            id: grant.policy,
            org: self.org_id.into(),
            vault: grant.vault,
            principal: Principal::parse(&self.principal)
                .map_err(|_| corrupt("policies.principal"))?,
            terms: grant.terms,
            tx_conditions: self.tx_conditions.map(|json| Metadata::stored(json.0)),
            schema_version: self.schema_version,
            created_by: Principal::parse(&self.created_by)
                .map_err(|_| corrupt("policies.created_by"))?,
            created_at: self.created_at.into(),
        })
    }
}

/// What a policy says, but for its pattern, which stays.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = policies, treat_none_as_null = true)]
struct WrittenTerms {
    permissions: StoredJson,
    effect: &'static str,
    priority: i64,
    conditions: StoredJson,
    attribute_conditions: StoredJson,
    tx_conditions: Option<StoredJson>,
    schema_version: i64,
    expires_at: Option<StoredTime>,
}

impl From<&Policy> for WrittenTerms {
    fn from(policy: &Policy) -> Self {
        let terms = &policy.terms;
        let permissions = terms.permissions.iter().map(Permission::as_str);
        Self {
            permissions: StoredJson(permissions.map(Value::from).collect()),
            effect: terms.effect.as_str(),
            priority: terms.priority.get(),
            conditions: StoredJson(Value::Object(terms.conditions.as_json().clone())),
            attribute_conditions: StoredJson(Value::Object(terms.attributes.as_json().clone())),
            tx_conditions: policy
                .tx_conditions
                .as_ref()
                .map(|json| StoredJson(json.to_value())),
            schema_version: policy.schema_version,
            expires_at: terms.expires_at.map(Into::into),
        }
    }
}

/// The one policy of a vault with an id.
macro_rules! policy_of {
    ($on:expr, $policy:expr) => {{
        let on: &VaultScope = $on;
        policies::table
            .filter(policies::org_id.eq(StoredId::from(on.org)))
            .filter(policies::vault_id.eq(StoredId::from(on.vault)))
            .filter(policies::id.eq(StoredId::from($policy)))
    }};
}

/// The rows of a query behind a cursor.
macro_rules! behind {
    ($session:expr, $query:expr, $after:expr) => {{
        let query = $query;
        match $after {
            None => load!($session, "policies", query.select(PolicyRow::as_select())),
            Some(PolicyCursor { created_at, id }) => {
                let (at, id) = (StoredTime::from(created_at), StoredId::from(id));
                let later = policies::created_at
                    .gt(at)
                    .or(policies::created_at.eq(at).and(policies::id.gt(id)));
                load!(
                    $session,
                    "policies",
                    query.filter(later).select(PolicyRow::as_select())
                )
            }
        }
    }};
}

#[async_trait]
impl ReadPolicies for Session {
    async fn list(
        &mut self,
        access: &Access<ListPolicies>,
        after: Option<PolicyCursor>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError> {
        let (org, vault) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().vault),
        );
        let many = i64::try_from(size.get())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let all = policies::table
            .filter(policies::org_id.eq(org))
            .filter(policies::vault_id.eq(vault))
            .order((policies::created_at.asc(), policies::id.asc()))
            .limit(many);
        let rows: Vec<PolicyRow> = if access.manages_vault() {
            behind!(self, all, after)?
        } else {
            // nobody named is named by none
            let who = access
                .principal()
                .map_or(String::new(), |who| who.to_string());
            behind!(self, all.filter(policies::principal.eq(who)), after)?
        };
        let found = rows
            .into_iter()
            .map(PolicyRow::parse)
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(found, size))
    }

    async fn find(
        &mut self,
        access: &Access<DryRunPolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError> {
        let row: Option<PolicyRow> = find!(
            self,
            "policies",
            policy_of!(access.on(), policy).select(PolicyRow::as_select())
        )?;
        row.map(PolicyRow::parse).transpose()
    }
}

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
            policy_of!(access.on(), policy).select(PolicyRow::as_select()),
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
            diesel::update(policy_of!(access.on(), policy.id)).set(&terms)
        )?;
        Ok(())
    }

    async fn delete(
        &mut self,
        access: &Access<DeletePolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError> {
        let row: Option<PolicyRow> = find!(
            self,
            "policies",
            policy_of!(access.on(), policy).select(PolicyRow::as_select()),
            for_update
        )?;
        let Some(row) = row else {
            return Ok(None);
        };
        execute!(
            self,
            "policies",
            diesel::delete(policy_of!(access.on(), policy))
        )?;
        row.parse().map(Some)
    }
}
