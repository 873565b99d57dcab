//! `POST /v1/admin/usage/reset-for-user`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Email;
use oneclaw_services::{Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose organization.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ResetUsageForUserRequest {
    /// The address of somebody who belongs to it.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    email: Given<String>,
}

impl ResetUsageForUserRequest {
    fn parse(self) -> Result<Email, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("email", self.email, |text| Email::parse(&text));
        fields.finish(|| email)
    }
}

/// What was forgotten of whose organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageResetForUserResponse {
    /// Requests that were forgotten.
    deleted_events: i64,
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// By whom it was found.
    #[schema(value_type = uuid::Uuid)]
    user_id: String,
    /// Where they are reached.
    email: String,
    /// What others see.
    display_name: String,
}

#[utoipa::path(
    post,
    path = "/v1/admin/usage/reset-for-user",
    tag = "Administration",
    summary = "Count this month's requests of somebody's organization from nothing",
    description = "Credits stay as they are.",
    request_body = ResetUsageForUserRequest,
    responses(
        (status = 200, description = "What was forgotten", body = UsageResetForUserResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "Nobody has this address"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    body: Body<ResetUsageForUserRequest>,
) -> Answer<Success<UsageResetForUserResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let email = screened(&services, &caller, parsed).await?;
    let reset = services.admin.reset_usage_of(&email, (&caller).into());
    let reset = reset.await?.into_inner();
    Ok(Success::new(UsageResetForUserResponse {
        deleted_events: reset.forgotten,
        org_id: reset.user.org.to_string(),
        user_id: reset.user.id.to_string(),
        email: reset.user.email.to_string(),
        display_name: reset.user.display_name.as_str().to_owned(),
    }))
}
