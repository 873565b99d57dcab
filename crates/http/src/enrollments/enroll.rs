//! `POST /v1/agents/enroll`

use crate::answer::{Answer, Created};
use crate::auth::{exposed, maybe_exposed};
use crate::extract::{Body, Fields, Given, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::{AgentName, Description, Email};
use oneclaw_services::{AgentPublicKey, EnrollCommand, Enrolled, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an agent says of itself.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct EnrollAgentRequest {
    /// What it calls itself, 1 to 255 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Given<String>,
    /// The address of the person who shall decide; without it, whoever has the link may.
    #[schema(value_type = Option<String>, format = Email)]
    #[serde(default)]
    human_email: Given<String>,
    /// What it says it is for, at most 1000 characters.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Given<String>,
    /// Its Ed25519 key, `ssh-ed25519 AAAA…` or base64 of the 32 bytes: then it collects its API key
    /// itself, and the person sees the key's fingerprint.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    public_key: Given<String>,
}

/// The request is made. The answer is the same whether the address has an account or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrollAgentResponse {
    /// The nil UUID: there is no agent until a person approves the request.
    #[schema(value_type = uuid::Uuid)]
    agent_id: String,
    /// In words.
    message: &'static str,
    /// Where a person decides the request; for 7 days.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, format = "uri")]
    approval_url: SecretText,
    /// The request's id, to ask how it went; only with `public_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pairing_id: Option<String>,
    /// The fingerprint of `public_key`, as `ssh-keygen -l` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    /// With what to ask; only with `public_key`.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    poll_token: Option<SecretText>,
}

impl EnrollAgentResponse {
    fn new(enrolled: Enrolled) -> Self {
        let Enrolled { id, link, pairing } = enrolled;
        let (fingerprint, poll_token) = match pairing {
            Some((key, token)) => (Some(key.fingerprint()), Some(token)),
            None => (None, None),
        };
        Self {
            agent_id: uuid::Uuid::nil().to_string(),
            message: "A person has to approve this request at approval_url",
            approval_url: link,
            pairing_id: poll_token.as_ref().map(|_| id.to_string()),
            fingerprint,
            poll_token,
        }
    }
}

impl EnrollAgentRequest {
    fn parse(self) -> Result<EnrollCommand, Refusal> {
        let mut fields = Fields::new();
        let name = fields.required("name", self.name, |text| AgentName::parse(&text));
        let description = fields.optional("description", self.description, |text| {
            Description::parse(&text)
        });
        let human_email =
            fields.optional("human_email", self.human_email, |text| Email::parse(&text));
        let public_key = fields.optional("public_key", self.public_key, |text| {
            AgentPublicKey::parse(&text)
        });
        fields.finish(|| {
            let description = match description? {
                Some(description) => description,
                None => Description::parse("").ok()?,
            };
            Some(EnrollCommand {
                name: name?,
                description,
                human_email: human_email?,
                public_key: public_key?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/agents/enroll",
    tag = "Agents",
    summary = "Ask for an agent to be registered",
    request_body = EnrollAgentRequest,
    responses(
        (status = 201, description = "The request waits for a person", body = EnrollAgentResponse),
        (status = 429, description = "Too many requests from here, for this address, or waiting"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    body: Body<EnrollAgentRequest>,
) -> Answer<Created<EnrollAgentResponse>> {
    let counted = services.enrollments.admit(&request.audit()).await?;
    let command = body.required()?.parse()?;
    let enrolled = services
        .enrollments
        .enroll(counted, command, &request.audit())
        .await?
        .into_inner();
    Ok(Created::new(EnrollAgentResponse::new(enrolled)))
}
