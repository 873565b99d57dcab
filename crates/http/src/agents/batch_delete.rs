//! `POST /v1/agents/batch-delete`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{AgentId, Invalid};
use oneclaw_services::{AgentsDeleted, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most agents at once (contract 13).
const MAX: usize = 500;

/// Agents to delete.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct BatchDeleteAgentsRequest {
    /// Their ids, at most 500.
    #[schema(value_type = Vec<uuid::Uuid>, required = true, max_items = 500)]
    #[serde(default)]
    agent_ids: Given<Vec<String>>,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchDeleteAgentsResponse {
    /// How many are gone.
    deleted: usize,
    /// How many are not.
    failed: usize,
    /// Why not.
    errors: Vec<BatchDeleteError>,
}

/// An agent that was not deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchDeleteError {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Why not.
    reason: &'static str,
}

impl BatchDeleteAgentsRequest {
    fn parse(self) -> Result<Vec<AgentId>, Refusal> {
        let mut fields = Fields::new();
        let ids = fields.required("agent_ids", self.agent_ids, |ids| agents(&ids));
        fields.finish(|| ids)
    }
}

fn agents(ids: &[String]) -> Result<Vec<AgentId>, Invalid> {
    if ids.len() > MAX {
        return Err(Invalid::because(format!("must be at most {MAX} ids")));
    }
    let ids = ids.iter().map(|id| AgentId::parse(id));
    ids.collect::<Result<_, _>>()
        .map_err(|_| Invalid::new("must be an array of UUIDs"))
}

impl BatchDeleteAgentsResponse {
    fn new(done: &AgentsDeleted) -> Self {
        let errors = done.unknown.iter().map(|id| BatchDeleteError {
            id: id.to_string(),
            reason: "Not found",
        });
        Self {
            deleted: done.deleted.len(),
            failed: done.unknown.len(),
            errors: errors.collect(),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/agents/batch-delete",
    tag = "Agents",
    summary = "Delete several agents",
    request_body = BatchDeleteAgentsRequest,
    responses(
        (status = 200, description = "How many are gone, and which were not found", body = BatchDeleteAgentsResponse),
        (status = 403, description = "The caller is no owner or admin of the organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<BatchDeleteAgentsRequest>,
) -> Answer<Success<BatchDeleteAgentsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let agents = screened(&services, &caller, parsed).await?;
    let done = services
        .agents
        .batch_delete(agents, &caller)
        .await?
        .into_inner();
    Ok(Success::new(BatchDeleteAgentsResponse::new(&done)))
}
