//! `POST /v1/vaults/{vault_id}/secret-rotate/{path}`

use super::put::precondition;
use super::response::SecretMetadataResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField, path_id, secret_path};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, SecretPath, SecretType, VaultId};
use oneclaw_services::{Charset, Precondition, Refusal, RotateSecretCommand, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Characters of a generated value, unless another length is asked for (contract 11).
const DEFAULT_LENGTH: usize = 32;

/// What the new value shall be like.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct RotateSecretRequest {
    /// Characters, 8 to 1024; 32 where nothing is given.
    #[schema(value_type = Option<i64>, minimum = 8, maximum = 1024)]
    #[serde(default)]
    length: Given<i64>,
    /// `hex`, `base64` (the URL-safe alphabet), `alphanumeric` or `ascii` (0x21 to 0x7E).
    #[schema(value_type = Option<String>, pattern = "^(hex|base64|alphanumeric|ascii)$")]
    #[serde(default)]
    charset: Given<String>,
    /// What kind of value it is from now on; as before where nothing is given.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_-]{1,64}$")]
    #[serde(default)]
    kind: Given<String>,
    /// A value to take instead of a generated one.
    #[schema(value_type = Option<String>, min_length = 1)]
    #[serde(default)]
    new_value: Given<SecretField>,
}

impl RotateSecretRequest {
    fn parse(
        self,
        vault: VaultId,
        path: SecretPath,
        precondition: Precondition,
    ) -> Result<RotateSecretCommand, Refusal> {
        let mut fields = Fields::new();
        let length = fields.optional("length", self.length, length);
        let charset = fields.optional("charset", self.charset, |text| charset(&text));
        let kind = fields.optional("type", self.kind, |text| SecretType::parse(&text));
        let new_value = fields.optional("new_value", self.new_value, |text| given(&text));
        fields.finish(|| {
            Some(RotateSecretCommand {
                vault,
                path,
                length: length?.unwrap_or(DEFAULT_LENGTH),
                charset: charset?.unwrap_or(Charset::Hex),
                new_value: new_value?,
                kind: kind?,
                precondition,
            })
        })
    }
}

fn length(given: i64) -> Result<usize, Invalid> {
    match usize::try_from(given) {
        Ok(length @ 8..=1024) => Ok(length),
        _ => Err(Invalid::new("must be a whole number from 8 to 1024")),
    }
}

fn charset(given: &str) -> Result<Charset, Invalid> {
    Charset::parse(given).ok_or(Invalid::new("must be hex, base64, alphanumeric or ascii"))
}

fn given(text: &SecretField) -> Result<SecretText, Invalid> {
    match text.expose() {
        "" => Err(Invalid::new("must not be empty")),
        text => Ok(SecretText::new(text.to_owned())),
    }
}

fn parse(
    request: &HttpRequest,
    vault: VaultId,
    body: Body<RotateSecretRequest>,
) -> Result<RotateSecretCommand, Problem> {
    let path = secret_path(request)?;
    let precondition = precondition(request)?;
    Ok(body.optional()?.parse(vault, path, precondition)?)
}

/// What both addresses of the endpoint do.
pub(super) async fn rotate(
    services: &Services,
    info: &RequestInfo,
    audience: Audience,
    bearer: &Bearer,
    request: &HttpRequest,
    body: Body<RotateSecretRequest>,
) -> Answer<Created<SecretMetadataResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = screened(
        services,
        &caller,
        path_id(request, "vault_id", VaultId::parse),
    )
    .await?;
    let parsed = parse(request, vault, body);
    let command = screened(services, &caller, parsed).await?;
    let written = services
        .secrets
        .rotate(command, &caller)
        .await?
        .into_inner();
    let answer = SecretMetadataResponse::new(&written, audience);
    Ok(Created::new(answer).with_version(written.number))
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/secret-rotate/{path}",
    tag = "Secrets",
    summary = "Let the server make a new value",
    request_body = Option<RotateSecretRequest>,
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
    ),
    responses(
        (status = 201, description = "The new version, without its value", body = SecretMetadataResponse),
        (status = 410, description = "The secret was deleted"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<RotateSecretRequest>,
) -> Answer<Created<SecretMetadataResponse>> {
    rotate(&services, &info, audience, &bearer, &request, body).await
}
