//! `GET /v1/vaults/{vault_id}/cmek-rotate/{job_id}`

use super::response::CmekJobResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{CmekJobId, VaultId};
use oneclaw_services::Services;

fn parse(request: &HttpRequest) -> Result<(VaultId, CmekJobId), Problem> {
    Ok((
        path_id(request, "vault_id", VaultId::parse)?,
        path_id(request, "job_id", CmekJobId::parse)?,
    ))
}

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/cmek-rotate/{job_id}",
    tag = "CMEK",
    summary = "Show how a rotation stands",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("job_id" = uuid::Uuid, Path, description = "The rotation's id"),
    ),
    responses(
        (status = 200, description = "The rotation", body = CmekJobResponse),
        (status = 404, description = "The vault has no such rotation"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<CmekJobResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let (vault, job) = screened(&services, &caller, parse(&request)).await?;
    let job = services.cmek.job(vault, job, &caller).await?;
    Ok(Success::new(CmekJobResponse::new(&job, audience)))
}
