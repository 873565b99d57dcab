//! `POST /v1/agents/enroll/lookup`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_services::{PendingEnrollment, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which request.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct LookupEnrollmentRequest {
    /// The token of the link.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    token: Given<SecretField>,
}

/// A request that waits to be decided.
#[derive(Serialize, ToSchema)]
pub(crate) struct PendingEnrollmentResponse {
    /// What the agent calls itself.
    name: String,
    /// What it says it is for.
    description: String,
    /// The fingerprint of its key, to compare with what the agent shows.
    fingerprint: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops standing.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<PendingEnrollment> for PendingEnrollmentResponse {
    fn from(pending: PendingEnrollment) -> Self {
        let request = pending.enrollment;
        Self {
            name: request.name.as_str().to_owned(),
            description: request.description.as_str().to_owned(),
            fingerprint: pending.fingerprint,
            created_at: request.created_at.to_string(),
            expires_at: request.expires_at.to_string(),
        }
    }
}

impl LookupEnrollmentRequest {
    fn parse(self) -> Result<SecretText, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("token", self.token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        fields.finish(|| token)
    }
}

#[utoipa::path(
    post,
    path = "/v1/agents/enroll/lookup",
    tag = "Agents",
    summary = "Look at an agent's request before deciding it",
    request_body = LookupEnrollmentRequest,
    responses(
        (status = 200, description = "The request; nothing is decided", body = PendingEnrollmentResponse),
        (status = 403, description = "It is for another person to decide"),
        (status = 409, description = "It was decided already"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<LookupEnrollmentRequest>,
) -> Answer<Success<PendingEnrollmentResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let token = screened(&services, &caller, parsed).await?;
    let pending = services
        .enrollments
        .lookup(&token, &caller)
        .await?
        .into_inner();
    Ok(Success::new(pending.into()))
}
