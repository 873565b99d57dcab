//! `POST /v1/shares`, as older clients have it.

use super::create::{CreateShareRequest, create};
use super::response::ShareResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/shares",
    tag = "Sharing",
    summary = "Share a secret that the body names (older address)",
    request_body = CreateShareRequest,
    responses(
        (status = 201, description = "The share", body = ShareResponse),
        (status = 403, description = "No right to read the secret, or an agent and an address"),
        (status = 410, description = "The secret was deleted"),
        (status = 429, description = "The organization made too many shares just now"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<CreateShareRequest>,
) -> Answer<Created<ShareResponse>> {
    let parse = || Ok(body.required()?.parse_with_secret()?);
    create(&services, &info, audience, &bearer, parse).await
}
