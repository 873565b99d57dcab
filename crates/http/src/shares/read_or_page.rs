//! `GET /share/{share_id}`: the link that people pass on.

use super::negotiation::wants_json;
use super::read::{ReadShareRequest, read};
use super::response::SharedSecretResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, RequestInfo};
use crate::pages;
use actix_web::web::Data;
use actix_web::{Either, HttpRequest, HttpResponse};
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/share/{share_id}",
    tag = "Pages",
    summary = "The page at which a person reads what is shared",
    request_body = Option<ReadShareRequest>,
    params(("share_id" = String, Path, description = "The share's id; read by the page's script alone, so whatever stands here the page is the same")),
    responses(
        (status = 200, description = "The page, the same for every id; nothing is read yet. Where application/json is asked for by name, as at /v1/share/{share_id}", content(
            (String = "text/html"),
            (SharedSecretResponse = "application/json"),
        )),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<ReadShareRequest>,
) -> Answer<Either<Success<SharedSecretResponse>, HttpResponse>> {
    if !wants_json(&request) {
        return Ok(Either::Right(pages::share(&request)));
    }
    let shared = read(&services, &info, audience, &bearer, &request, body).await?;
    Ok(Either::Left(shared))
}
