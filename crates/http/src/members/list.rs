//! `GET /v1/org/members`

use super::response::OrgMemberResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The members of one's organization, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgMemberListResponse {
    /// The members.
    members: Vec<OrgMemberResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/org/members",
    tag = "Organization",
    summary = "List the members of one's organization",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "The members", body = OrgMemberListResponse),
        (status = 403, description = "Agents have no organization to look at"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<OrgMemberListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.members.list(&page, &caller).await?;
    Ok(Success::new(OrgMemberListResponse {
        members: listed.items.iter().map(Into::into).collect(),
        next_cursor: listed.next_cursor,
    }))
}
