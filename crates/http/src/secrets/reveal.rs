//! `GET /v1/vaults/{vault_id}/secrets/{path}`

use super::response::SecretResponse;
use crate::answer::{Answer, Audience, NotModified, Success};
use crate::extract::{Bearer, EntityTags, Preconditions, RequestInfo, path_id, secret_path};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::http::header::RANGE;
use actix_web::web::Data;
use actix_web::{Either, HttpRequest};
use oneclaw_domain::{SecretPath, VaultId};
use oneclaw_services::{Known, Reading, Refusal, Services};

fn parse(request: &HttpRequest) -> Result<(SecretPath, Known), Refusal> {
    let path = secret_path(request)?;
    let known = match Preconditions::of(request)?.if_none_match {
        None => Known::Nothing,
        Some(EntityTags::Any) => Known::Anything,
        Some(EntityTags::Versions(versions)) => Known::Versions(versions),
    };
    Ok((path, known))
}

/// A part of a value would count as a whole one.
pub(super) fn whole(request: &HttpRequest) -> Result<(), Problem> {
    if request.headers().contains_key(RANGE) {
        Err(Problem::range_not_satisfiable())
    } else {
        Ok(())
    }
}

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/secrets/{path}",
    tag = "Secrets",
    summary = "Read a secret",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("If-None-Match" = Option<String>, Header, description = "Versions that the caller has already"),
    ),
    responses(
        (status = 200, description = "The newest version with its value; `ETag` is its number", body = SecretResponse),
        (status = 304, description = "The caller has the newest version already; nothing was counted"),
        (status = 410, description = "It was deleted, disabled, used up, or has expired"),
        (status = 416, description = "Ranges are not served"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Either<Success<SecretResponse>, NotModified>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    screened(&services, &caller, whole(&request)).await?;
    let vault = screened(
        &services,
        &caller,
        path_id(&request, "vault_id", VaultId::parse),
    )
    .await?;
    let (path, known) = screened(&services, &caller, parse(&request)).await?;
    match services
        .secrets
        .reveal(vault, path, &known, &caller)
        .await?
    {
        Reading::Given(revealed) => {
            let number = revealed.version().number;
            let answer = SecretResponse::new(*revealed, audience);
            Ok(Either::Left(Success::new(answer).with_version(number)))
        }
        Reading::Unchanged(number) => Ok(Either::Right(NotModified::new(number))),
    }
}
