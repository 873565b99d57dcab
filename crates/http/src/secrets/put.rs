//! `PUT /v1/vaults/{vault_id}/secrets/{path}`

use super::response::SecretMetadataResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{
    Bearer, Body, EntityTags, Fields, Given, Preconditions, RawObject, RequestInfo, SecretField,
    path_id, secret_path,
};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{
    Description, Invalid, MaxAccessCount, Metadata, SecretPath, SecretType, Timestamp, VaultId,
};
use oneclaw_services::{Precondition, PutSecretCommand, Refusal, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new version of a secret.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct PutSecretRequest {
    /// The value, 1 byte to 1 MiB of UTF-8.
    #[schema(value_type = String, required = true, min_length = 1)]
    #[serde(default)]
    value: Given<SecretField>,
    /// What kind of value it is; without it, the kind the path has, else `generic`.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_-]{1,64}$")]
    #[serde(default)]
    kind: Given<String>,
    /// The same as `type`.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_-]{1,64}$")]
    #[serde(default)]
    secret_type: Given<String>,
    /// What to attach, at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    metadata: Given<RawObject>,
    /// When it stops being readable; a past time is accepted.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// How often the value may be given out.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 2_147_483_647)]
    #[serde(default)]
    max_access_count: Given<i64>,
    /// Kept, without effect.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    rotation_policy: Given<RawObject>,
    /// Becomes `metadata.description`, unless that is given.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Given<String>,
}

impl PutSecretRequest {
    fn parse(
        self,
        vault: VaultId,
        path: SecretPath,
        precondition: Precondition,
    ) -> Result<PutSecretCommand, Refusal> {
        let mut fields = Fields::new();
        let value = fields.required("value", self.value, |text| not_empty(&text));
        let kind = fields.optional("type", self.kind.or(self.secret_type), |text| {
            SecretType::parse(&text)
        });
        let metadata = fields.optional("metadata", self.metadata, |raw| {
            Metadata::parse(raw.expose())
        });
        let rotation_policy = fields.optional("rotation_policy", self.rotation_policy, |raw| {
            Metadata::parse(raw.expose())
        });
        let expires_at = fields.optional("expires_at", self.expires_at, |text| {
            Timestamp::parse(&text)
        });
        let max_access_count = fields.optional(
            "max_access_count",
            self.max_access_count,
            MaxAccessCount::new,
        );
        let description = fields.optional("description", self.description, |text| {
            Description::parse(&text)
        });
        let metadata = metadata
            .zip(description)
            .and_then(|(metadata, description)| {
                fields.check(
                    "metadata",
                    described(metadata.unwrap_or_default(), description),
                )
            });
        fields.finish(|| {
            Some(PutSecretCommand {
                vault,
                path,
                value: value?,
                kind: kind?,
                metadata: metadata?,
                rotation_policy: rotation_policy?,
                expires_at: expires_at?,
                max_access_count: max_access_count?,
                precondition,
            })
        })
    }
}

fn not_empty(text: &SecretField) -> Result<SecretText, Invalid> {
    match text.expose() {
        "" => Err(Invalid::new("must not be empty")),
        text => Ok(SecretText::new(text.to_owned())),
    }
}

fn described(metadata: Metadata, description: Option<Description>) -> Result<Metadata, Invalid> {
    match description {
        Some(text) => metadata.or_text("description", text.as_str()),
        None => Ok(metadata),
    }
}

/// What the headers say must hold before a change.
pub(super) fn precondition(request: &HttpRequest) -> Result<Precondition, Refusal> {
    const ONE: Invalid = Invalid::new("must not be given together with If-Match");
    const STAR: Invalid = Invalid::new("must be `*` on a change");
    let given = Preconditions::of(request)?;
    match (given.if_match, given.if_none_match) {
        (None, None) => Ok(Precondition::None),
        (Some(EntityTags::Any), None) => Ok(Precondition::Exists),
        (Some(EntityTags::Versions(versions)), None) => Ok(Precondition::Version(versions)),
        (None, Some(EntityTags::Any)) => Ok(Precondition::Absent),
        (None, Some(EntityTags::Versions(_))) => Err(Refusal::field("If-None-Match", &STAR)),
        (Some(_), Some(_)) => Err(Refusal::field("If-None-Match", &ONE)),
    }
}

fn parse(
    request: &HttpRequest,
    vault: VaultId,
    body: Body<PutSecretRequest>,
) -> Result<PutSecretCommand, Problem> {
    let path = secret_path(request)?;
    let precondition = precondition(request)?;
    Ok(body.required()?.parse(vault, path, precondition)?)
}

#[utoipa::path(
    put,
    path = "/v1/vaults/{vault_id}/secrets/{path}",
    tag = "Secrets",
    summary = "Write a new version of a secret",
    request_body = PutSecretRequest,
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("If-Match" = Option<String>, Header, description = "Only if this is the newest version, such as `\"3\"`"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is none"),
    ),
    responses(
        (status = 201, description = "The version; `ETag` is its number", body = SecretMetadataResponse),
        (status = 412, description = "The precondition does not hold; nothing was written"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<PutSecretRequest>,
) -> Answer<Created<SecretMetadataResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = screened(
        &services,
        &caller,
        path_id(&request, "vault_id", VaultId::parse),
    )
    .await?;
    let command = screened(&services, &caller, parse(&request, vault, body)).await?;
    let written = services.secrets.put(command, &caller).await?.into_inner();
    let answer = SecretMetadataResponse::new(&written, audience);
    Ok(Created::new(answer).with_version(written.number))
}
