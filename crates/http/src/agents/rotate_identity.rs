//! `POST /v1/agents/{agent_id}/rotate-identity-keys`

use super::response::AgentResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::AgentId;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/agents/{agent_id}/rotate-identity-keys",
    tag = "Agents",
    summary = "Give an agent new identity keys",
    params(("agent_id" = uuid::Uuid, Path, description = "The agent's id")),
    responses(
        (status = 200, description = "The agent with its new public keys", body = AgentResponse),
        (status = 403, description = "Somebody else registered it"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<AgentResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let agent = path_id(&request, "agent_id", AgentId::parse);
    let agent = screened(&services, &caller, agent).await?;
    let agent = services
        .agents
        .rotate_identity(agent, &caller)
        .await?
        .into_inner();
    Ok(Success::new(AgentResponse::new(&agent, audience)))
}
