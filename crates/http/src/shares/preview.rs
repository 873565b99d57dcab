//! `POST /v1/share/{share_id}/preview`

use super::read::{ReadShareRequest, admitted, refuse_other_site};
use super::response::SharePreviewResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, RequestInfo};
use crate::problem::Told;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// What would be read, or why it is not.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum PreviewResponse {
    /// What would be read.
    Share(SharePreviewResponse),
    /// Why it is not, for a page that wants to be told in a 200.
    Refused(Told),
}

#[utoipa::path(
    post,
    path = "/v1/share/{share_id}/preview",
    tag = "Sharing",
    summary = "Look at a share before reading it",
    request_body = Option<ReadShareRequest>,
    params(
        ("share_id" = uuid::Uuid, Path, description = "The share's id"),
        ("X-Share-Passphrase" = Option<String>, Header, description = "The passphrase, if not in the body"),
        ("Prefer" = Option<String>, Header, description = "`refusals-as-answers`: a refusal is told as `refused` in a 200, as the page wants it"),
    ),
    responses(
        (status = 200, description = "What would be read; no value, and nothing is counted", body = PreviewResponse),
        (status = 401, description = "It is for somebody, and there is no valid token"),
        (status = 403, description = "It is for somebody else, not to be read from here, or asks for another passphrase"),
        (status = 410, description = "It has ended"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<Success<PreviewResponse>> {
    let preview = match look(&services, &info, &bearer, &request, body).await {
        Ok(share) => PreviewResponse::Share(share),
        Err(problem) if prefers_told(&request) => PreviewResponse::Refused(problem.told()?),
        Err(problem) => return Err(problem),
    };
    Ok(Success::new(preview))
}

async fn look(
    services: &Services,
    info: &RequestInfo,
    bearer: &Bearer,
    request: &HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<SharePreviewResponse> {
    refuse_other_site(services, info, request).await?;
    let (admitted, command) = admitted(services, info, request, body).await?;
    let preview = services
        .shares
        .preview(admitted, command, bearer.token(), &info.audit())
        .await?;
    Ok(preview.into())
}

/// Whether the caller is the page, which says so (RFC 7240).
fn prefers_told(request: &HttpRequest) -> bool {
    let prefer = request.headers().get("prefer");
    prefer.is_some_and(|prefer| prefer == "refusals-as-answers")
}
