//! `POST /v1/auth/export-data`

use crate::answer::{Answer, Success};
use crate::extract::{AuthConfirm, Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::{Agent, Permission, Policy, User, Vault};
use oneclaw_services::{Export, ExportedSecret, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// The form of the export (contract 8).
const VERSION: &str = "1.0";

/// Everything that a person made or manages, without values.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportResponse {
    /// The form of this document.
    #[schema(example = "1.0")]
    export_version: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    exported_at: String,
    /// Who.
    user: ExportedUser,
    /// Vaults.
    vaults: Vec<ExportedThing>,
    /// Agents.
    agents: Vec<ExportedThing>,
    /// The newest version of each secret in those vaults, without its value.
    secrets_metadata: Vec<ExportedSecretMetadata>,
    /// Policies on those vaults.
    policies: Vec<ExportedPolicy>,
}

/// A person's account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedUser {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where they are reached.
    #[schema(format = Email)]
    email: String,
    /// What others see.
    display_name: String,
    /// `password` or `google`.
    auth_method: &'static str,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A vault or an agent.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedThing {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What it is called.
    name: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A secret, without its value.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedSecretMetadata {
    /// Its vault.
    #[schema(value_type = uuid::Uuid)]
    vault_id: String,
    /// Its path.
    path: String,
    /// What kind of value it holds.
    r#type: String,
    /// The newest version.
    version: i64,
    /// When that was written.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedPolicy {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its vault.
    #[schema(value_type = uuid::Uuid)]
    vault_id: String,
    /// `user` or `agent`.
    principal_type: &'static str,
    /// Whom it is for.
    #[schema(value_type = uuid::Uuid)]
    principal_id: String,
    /// The paths.
    secret_path_pattern: String,
    /// What may, or may not, be done there.
    permissions: Vec<&'static str>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Export> for ExportResponse {
    fn from(export: Export) -> Self {
        Self {
            export_version: VERSION,
            exported_at: export.exported_at.to_string(),
            user: ExportedUser::from(&export.user),
            vaults: export.vaults.iter().map(ExportedThing::from).collect(),
            agents: export.agents.iter().map(ExportedThing::from).collect(),
            secrets_metadata: export
                .secrets
                .iter()
                .map(ExportedSecretMetadata::from)
                .collect(),
            policies: export.policies.iter().map(ExportedPolicy::from).collect(),
        }
    }
}

impl From<&User> for ExportedUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            display_name: user.display_name.as_str().to_owned(),
            auth_method: user.auth_method.as_str(),
            created_at: user.created_at.to_string(),
        }
    }
}

impl From<&Vault> for ExportedThing {
    fn from(vault: &Vault) -> Self {
        Self {
            id: vault.id.to_string(),
            name: vault.name.as_str().to_owned(),
            created_at: vault.created_at.to_string(),
        }
    }
}

impl From<&Agent> for ExportedThing {
    fn from(agent: &Agent) -> Self {
        Self {
            id: agent.id.to_string(),
            name: agent.name.as_str().to_owned(),
            created_at: agent.created_at.to_string(),
        }
    }
}

impl From<&ExportedSecret> for ExportedSecretMetadata {
    fn from(secret: &ExportedSecret) -> Self {
        Self {
            vault_id: secret.vault.to_string(),
            path: secret.path.as_str().to_owned(),
            r#type: secret.kind.as_str().to_owned(),
            version: secret.version.get(),
            created_at: secret.created_at.to_string(),
        }
    }
}

impl From<&Policy> for ExportedPolicy {
    fn from(policy: &Policy) -> Self {
        let permissions = policy.terms.permissions.iter();
        Self {
            id: policy.id.to_string(),
            vault_id: policy.vault.to_string(),
            principal_type: policy.principal.kind(),
            principal_id: policy.principal.uuid().to_string(),
            secret_path_pattern: policy.terms.pattern.as_str().to_owned(),
            permissions: permissions.map(Permission::as_str).collect(),
            created_at: policy.created_at.to_string(),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/export-data",
    tag = "Account",
    summary = "Take along what one made or manages",
    description = "No values, hashes or second factors.",
    params(
        ("X-Auth-Confirm" = Option<String>, Header, description = "A token for `account.export` from `/v1/auth/reauth`, or the password where no second factor is on; not needed within 10 minutes of a login"),
    ),
    responses(
        (status = 200, description = "All of it", body = ExportResponse),
        (status = 403, description = "A fresh proof of who one is, is missing or wrong"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    confirm: AuthConfirm,
) -> Answer<Success<ExportResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let export = services
        .accounts
        .export(confirm.into_inner(), &caller)
        .await?;
    Ok(Success::new(ExportResponse::from(export)))
}
