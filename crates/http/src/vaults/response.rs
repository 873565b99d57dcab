//! A vault on the wire.

use crate::answer::Audience;
use oneclaw_domain::Vault;
use serde::Serialize;
use utoipa::ToSchema;

/// A vault.
#[derive(Serialize, ToSchema)]
pub(crate) struct VaultResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What people call it.
    name: String,
    /// What it is for.
    description: String,
    /// The id of the user or agent who made it.
    created_by: String,
    /// `user` or `agent`.
    created_by_type: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Whether values are encrypted by the client.
    cmek_enabled: bool,
    /// The fingerprint of the client's key.
    cmek_fingerprint: Option<String>,
    /// The organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    org_id: Option<String>,
}

impl VaultResponse {
    pub(crate) fn new(vault: &Vault, audience: Audience) -> Self {
        Self {
            id: vault.id.to_string(),
            name: vault.name.as_str().to_owned(),
            description: vault.description.as_str().to_owned(),
            created_by: vault.created_by.uuid().to_string(),
            created_by_type: vault.created_by.kind(),
            created_at: vault.created_at.to_string(),
            cmek_enabled: vault.cmek.is_some(),
            cmek_fingerprint: vault.cmek.as_ref().map(|key| key.as_str().to_owned()),
            org_id: audience.superset(vault.org.to_string()),
        }
    }
}
