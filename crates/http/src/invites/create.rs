//! `POST /v1/org/invite`

use crate::answer::{Answer, Audience, Success};
use crate::auth::maybe_exposed;
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Email, Role};
use oneclaw_services::{InviteCommand, Invited, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom to invite.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct InviteMemberRequest {
    /// Where the person is reached.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    email: Given<String>,
    /// `member` (the default) or `admin`; `owner` only by an owner.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    role: Given<String>,
}

/// The invitation is made. The answer is the same whether the address has an account elsewhere or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteMemberResponse {
    /// In words.
    message: &'static str,
    /// The address, as it is kept.
    email: String,
    /// The link to pass on, where the server has no mail that would take it to the person.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>, format = "uri")]
    invite_url: Option<SecretText>,
    /// The invitation's id, to take it back by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    invite_id: Option<String>,
    /// When it stops standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

impl InviteMemberResponse {
    fn new(invited: Invited, audience: Audience) -> Self {
        let Invited { invite, link } = invited;
        Self {
            message: "Invitation sent",
            email: invite.email.to_string(),
            invite_url: link,
            invite_id: audience.superset(invite.id.to_string()),
            expires_at: audience.superset(invite.expires_at.to_string()),
        }
    }
}

impl InviteMemberRequest {
    fn parse(self) -> Result<InviteCommand, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("email", self.email, |text| Email::parse(&text));
        let role = fields.optional("role", self.role, |text| Role::parse(&text));
        fields.finish(|| {
            Some(InviteCommand {
                email: email?,
                role: role?.unwrap_or(Role::Member),
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/org/invite",
    tag = "Organization",
    summary = "Invite a person into the organization",
    request_body = InviteMemberRequest,
    responses(
        (status = 200, description = "The invitation is made, and stands for 7 days", body = InviteMemberResponse),
        (status = 409, description = "The person is a member already"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<InviteMemberRequest>,
) -> Answer<Success<InviteMemberResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let invited = services
        .invites
        .create(command, &caller)
        .await?
        .into_inner();
    Ok(Success::new(InviteMemberResponse::new(invited, audience)))
}
