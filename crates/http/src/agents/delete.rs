//! `DELETE /v1/agents/{agent_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::AgentId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/agents/{agent_id}",
    tag = "Agents",
    summary = "Delete an agent",
    description = "With its key, its tokens, the policies that name it and its identity keys. Vaults that it made stay.",
    params(("agent_id" = uuid::Uuid, Path, description = "The agent's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 403, description = "Somebody else registered it"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let agent = path_id(&request, "agent_id", AgentId::parse);
    let agent = screened(&services, &caller, agent).await?;
    let () = services.agents.delete(agent, &caller).await?.into_inner();
    Ok(NoContent)
}
