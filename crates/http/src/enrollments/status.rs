//! `GET /v1/agents/enroll/{pairing_id}/status`

use crate::answer::{Answer, Success};
use crate::auth::maybe_exposed;
use crate::extract::{Query, RequestInfo, path_id};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::EnrollmentId;
use oneclaw_services::{SecretText, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// How a request went.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrollmentStatusResponse {
    /// `pending`, `approved`, `denied` or `expired`.
    status: &'static str,
    /// The agent that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    agent_id: Option<String>,
    /// Its API key: in the first answer after the approval, and in no other.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    api_key: Option<SecretText>,
}

#[utoipa::path(
    get,
    path = "/v1/agents/enroll/{pairing_id}/status",
    tag = "Agents",
    summary = "Ask how a request went, and collect the API key",
    params(
        ("pairing_id" = uuid::Uuid, Path, description = "The request's id"),
        ("poll" = String, Query, description = "`poll_token` of the request"),
    ),
    responses((status = 200, description = "How it went", body = EnrollmentStatusResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    request: HttpRequest,
) -> Answer<Success<EnrollmentStatusResponse>> {
    let query = Query::of(&request, &["poll"])?;
    let poll = SecretText::new(query.get("poll").unwrap_or_default().to_owned());
    let id = path_id(&request, "pairing_id", EnrollmentId::parse).ok();
    let status = services
        .enrollments
        .status(id, &poll, &info.audit())
        .await?;
    Ok(Success::new(EnrollmentStatusResponse {
        status: status.status,
        agent_id: status.agent.map(|agent| agent.to_string()),
        api_key: status.api_key,
    }))
}
