//! `GET /v1/shares/inbound`

use super::response::ShareListResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/shares/inbound",
    tag = "Sharing",
    summary = "List what is shared with you",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The shares that are for the caller, newest first", body = ShareListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<ShareListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.shares.list_inbound(&page, &caller).await?;
    let public_url = &services.settings().public_url;
    let answer = ShareListResponse::new(listed, public_url, services.now(), audience);
    Ok(Success::new(answer))
}
