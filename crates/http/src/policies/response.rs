//! A policy on the wire.

use crate::answer::Audience;
use oneclaw_domain::{Permission, Permissions, Policy};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A policy: what it gives or denies at which paths of a vault, to whom, and when.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The vault.
    #[schema(value_type = uuid::Uuid)]
    vault_id: String,
    /// The paths: `*` is within one segment, `**` any number of segments.
    secret_path_pattern: String,
    /// `user` or `agent`.
    principal_type: &'static str,
    /// Whom it is for.
    principal_id: String,
    /// What may, or may not, be done there.
    permissions: Vec<&'static str>,
    /// When it holds, as it was given.
    #[schema(value_type = Object)]
    conditions: Value,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The id of the user or agent who made it.
    created_by: String,
    /// `user` or `agent`.
    created_by_type: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// `allow` or `deny`.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
    /// Which of several decides: the highest.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
    /// For whom of those that it names it holds, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    attribute_conditions: Option<Value>,
    /// Kept, without effect on secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    tx_conditions: Option<Value>,
    /// The form that it was written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_schema_version: Option<i64>,
}

impl PolicyResponse {
    pub(super) fn new(policy: &Policy, audience: Audience) -> Self {
        let terms = &policy.terms;
        let tx_conditions = policy.tx_conditions.as_ref();
        Self {
            id: policy.id.to_string(),
            vault_id: policy.vault.to_string(),
            secret_path_pattern: terms.pattern.as_str().to_owned(),
            principal_type: policy.principal.kind(),
            principal_id: policy.principal.uuid().to_string(),
            permissions: words(terms.permissions),
            conditions: Value::Object(terms.conditions.as_json().clone()),
            expires_at: terms.expires_at.map(|end| end.to_string()),
            created_by: policy.created_by.uuid().to_string(),
            created_by_type: policy.created_by.kind(),
            created_at: policy.created_at.to_string(),
            effect: audience.superset(terms.effect.as_str()),
            priority: audience.superset(terms.priority.get()),
            attribute_conditions: audience
                .superset(Value::Object(terms.attributes.as_json().clone())),
            tx_conditions: tx_conditions.and_then(|it| audience.superset(it.to_value())),
            policy_schema_version: audience.superset(policy.schema_version),
        }
    }
}

/// The words of permissions.
pub(super) fn words(permissions: Permissions) -> Vec<&'static str> {
    permissions.iter().map(Permission::as_str).collect()
}
