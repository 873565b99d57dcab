//! `GET /v1/agents`

use super::response::AgentResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The organization's agents, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentListResponse {
    /// The agents.
    agents: Vec<AgentResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/agents",
    tag = "Agents",
    summary = "List the organization's agents",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "The agents", body = AgentListResponse),
        (status = 403, description = "An agent asks"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<AgentListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.agents.list(&page, &caller).await?;
    let agents = listed
        .items
        .iter()
        .map(|agent| AgentResponse::new(agent, audience))
        .collect();
    Ok(Success::new(AgentListResponse {
        agents,
        next_cursor: listed.next_cursor,
    }))
}
