//! `POST /v1/auth/change-email`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Email;
use oneclaw_services::{EmailChangeAsked, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Another address.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ChangeEmailRequest {
    /// What the account's address shall be.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    new_email: Given<String>,
}

/// A code is on its way to the new address. The same whether that has an account or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeEmailResponse {
    /// In words.
    message: &'static str,
    /// The new address, as it will be kept.
    new_email: String,
    /// How long the code stands, in seconds.
    expires_in_seconds: i64,
}

impl From<EmailChangeAsked> for ChangeEmailResponse {
    fn from(asked: EmailChangeAsked) -> Self {
        Self {
            message: "A code was sent to the new address.",
            new_email: asked.new_email.to_string(),
            expires_in_seconds: asked.expires_in,
        }
    }
}

impl ChangeEmailRequest {
    fn parse(self) -> Result<Email, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("new_email", self.new_email, |text| Email::parse(&text));
        fields.finish(|| email)
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/change-email",
    tag = "Account",
    summary = "Ask for another e-mail address",
    request_body = ChangeEmailRequest,
    responses((status = 200, description = "A six-digit code goes to the new address; an earlier one is worth nothing any more", body = ChangeEmailResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<ChangeEmailRequest>,
) -> Answer<Success<ChangeEmailResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let new_email = screened(&services, &caller, parsed).await?;
    let asked = services
        .accounts
        .change_email(new_email, &caller)
        .await?
        .into_inner();
    Ok(Success::new(asked.into()))
}
