//! Policies as they are stored.

use crate::error::corrupt;
use crate::schema::policies;
use crate::types::{LenientJson, StoredId, StoredJson, StoredTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    AttributeConditions, Conditions, Effect, Grant, GrantTerms, Metadata, PathPattern, Permission,
    Permissions, Policy, PolicyId, Principal, Priority, VaultId,
};
use oneclaw_storage::{PolicyCursor, StorageError};
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
pub(crate) struct PolicyRow {
    #[diesel(embed)]
    grant: GrantRow,
    org_id: StoredId,
    principal: String,
    tx_conditions: Option<LenientJson>,
    schema_version: i64,
    created_by: String,
    created_at: StoredTime,
}

impl PolicyRow {
    /// What was stored of whom it is for and of its paths, whether they can be read or not.
    pub(super) fn texts(&self) -> (String, String) {
        (self.principal.clone(), self.grant.pattern.clone())
    }

    /// Where it stands in the list.
    pub(crate) fn cursor(&self) -> PolicyCursor {
        PolicyCursor {
            created_at: self.created_at.into(),
            id: self.grant.id(),
        }
    }

    /// The policy, or the column that cannot be read, which is logged.
    pub(crate) fn parse(self) -> Result<Policy, StorageError> {
        let (policy, vault) = (self.grant.id(), self.grant.vault());
        self.try_parse().map_err(|place| {
            tracing::error!(%policy, %vault, place, "a policy cannot be read");
            corrupt(place)
        })
    }

    fn try_parse(self) -> Result<Policy, &'static str> {
        let grant = self.grant.parse()?;
        let tx_conditions = match self.tx_conditions {
            Some(LenientJson(None)) => return Err("policies.tx_conditions"),
            json => json.and_then(|json| json.0).map(Metadata::stored),
        };
        Ok(Policy {
            id: grant.policy,
            org: self.org_id.into(),
            vault: grant.vault,
            principal: Principal::parse(&self.principal).map_err(|_| "policies.principal")?,
            terms: grant.terms,
            tx_conditions,
            schema_version: self.schema_version,
            created_by: Principal::parse(&self.created_by).map_err(|_| "policies.created_by")?,
            created_at: self.created_at.into(),
        })
    }
}

/// What a policy says, but for its pattern, which stays.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = policies, treat_none_as_null = true)]
pub(super) struct WrittenTerms {
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
        let on: oneclaw_policy::InVault = $on;
        policies::table
            .filter(policies::org_id.eq(StoredId::from(on.org())))
            .filter(policies::vault_id.eq(StoredId::from(on.vault())))
            .filter(policies::id.eq(StoredId::from($policy)))
    }};
}

pub(super) use policy_of;
