//! `POST /v1/agents/enroll/decide`

use crate::agents::AgentResponse;
use crate::answer::{Answer, Audience, Success};
use crate::auth::maybe_exposed;
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{DecideCommand, Decided, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A decision.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DecideEnrollmentRequest {
    /// The token of the link.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    token: Given<SecretField>,
    /// `approve` or `deny`.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    decision: Given<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecideEnrollmentResponse {
    /// `approved` or `denied`.
    status: &'static str,
    /// The agent that came of it, in the organization of who decided, without any grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<AgentResponse>,
    /// Its API key, shown this once; not where the agent collects it itself.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    api_key: Option<SecretText>,
}

impl DecideEnrollmentResponse {
    fn new(decided: Decided, audience: Audience) -> Self {
        match decided {
            Decided::Denied => Self {
                status: "denied",
                agent: None,
                api_key: None,
            },
            Decided::Approved { agent, api_key } => Self {
                status: "approved",
                agent: Some(AgentResponse::new(&agent, audience)),
                api_key,
            },
        }
    }
}

impl DecideEnrollmentRequest {
    fn parse(self) -> Result<DecideCommand, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("token", self.token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let approve = fields.required("decision", self.decision, |text| match text.as_str() {
            "approve" => Ok(true),
            "deny" => Ok(false),
            _ => Err(Invalid::new("must be approve or deny")),
        });
        fields.finish(|| {
            Some(DecideCommand {
                token: token?,
                approve: approve?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/agents/enroll/decide",
    tag = "Agents",
    summary = "Approve or deny an agent's request",
    request_body = DecideEnrollmentRequest,
    responses(
        (status = 200, description = "It is decided", body = DecideEnrollmentResponse),
        (status = 403, description = "It is for another person to decide, or the plan allows no more agents"),
        (status = 409, description = "It was decided already"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<DecideEnrollmentRequest>,
) -> Answer<Success<DecideEnrollmentResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let decided = services
        .enrollments
        .decide(command, &caller)
        .await?
        .into_inner();
    Ok(Success::new(DecideEnrollmentResponse::new(
        decided, audience,
    )))
}
