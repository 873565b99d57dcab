//! `POST /v1/share/{share_id}`, for the page: what reads is no link.

use super::read::{ReadShareRequest, read};
use super::response::SharedSecretResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, RequestInfo};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/share/{share_id}",
    tag = "Sharing",
    summary = "Read what is shared, as the page does",
    request_body = Option<ReadShareRequest>,
    params(("share_id" = uuid::Uuid, Path, description = "The share's id")),
    responses(
        (status = 200, description = "The newest version with its value", body = SharedSecretResponse),
        (status = 401, description = "It is for somebody, and there is no valid token"),
        (status = 403, description = "It is for somebody else, not to be read from here, or asks for another passphrase"),
        (status = 410, description = "It has ended"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<Success<SharedSecretResponse>> {
    read(&services, &info, audience, &bearer, &request, body).await
}
