//! `GET /v1/shares`, as older clients have it.

use super::response::ShareListResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{ListRequest, Refusal, Services};

/// Which of the two lists.
#[derive(Clone, Copy)]
enum Direction {
    /// What the caller shares.
    Outbound,
    /// What is shared with the caller.
    Inbound,
}

fn parse(request: &HttpRequest) -> Result<(Direction, ListRequest), Refusal> {
    const WRONG: Invalid = Invalid::new("must be inbound or outbound");
    let query = Query::of(request, &["direction", "limit", "cursor"])?;
    let direction = match query.get("direction") {
        None | Some("outbound") => Direction::Outbound,
        Some("inbound") => Direction::Inbound,
        Some(_) => return Err(Refusal::field("direction", &WRONG)),
    };
    Ok((direction, query.list_request()?))
}

#[utoipa::path(
    get,
    path = "/v1/shares",
    tag = "Sharing",
    summary = "List shares in one direction (older address)",
    params(
        ("direction" = Option<String>, Query, description = "`outbound` (the default) or `inbound`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The shares, newest first", body = ShareListResponse))
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
    let (direction, page) = screened(&services, &caller, parse(&request)).await?;
    let listed = match direction {
        Direction::Outbound => services.shares.list_outbound(&page, &caller).await?,
        Direction::Inbound => services.shares.list_inbound(&page, &caller).await?,
    };
    let public_url = &services.settings().public_url;
    let answer = ShareListResponse::new(listed, public_url, services.now(), audience);
    Ok(Success::new(answer))
}
