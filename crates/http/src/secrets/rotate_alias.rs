//! `POST /v1/vaults/{vault_id}/secrets/{path}/rotate`, as older documents have it.

use super::response::SecretMetadataResponse;
use super::rotate::{RotateSecretRequest, rotate};
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, RequestInfo};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/secrets/{path}/rotate",
    tag = "Secrets",
    summary = "Let the server make a new value (older address)",
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
