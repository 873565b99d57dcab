//! `GET /v1/org/invites`

use super::response::InviteResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The invitations that were neither accepted nor taken back, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteListResponse {
    /// The invitations.
    invites: Vec<InviteResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/org/invites",
    tag = "Organization",
    summary = "List the invitations that were not accepted yet",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The invitations", body = InviteListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<InviteListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.invites.list(&page, &caller).await?;
    let now = services.now();
    let invites = listed
        .items
        .iter()
        .map(|invite| InviteResponse::new(invite, now))
        .collect();
    Ok(Success::new(InviteListResponse {
        invites,
        next_cursor: listed.next_cursor,
    }))
}
