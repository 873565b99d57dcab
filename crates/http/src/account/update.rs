//! `PATCH /v1/auth/me`

use super::response::UserProfileResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::DisplayName;
use oneclaw_services::{ProfileChange, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change; what is left out stays.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UpdateProfileRequest {
    /// What others see, 1 to 100 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    #[serde(default)]
    display_name: Given<String>,
    /// Whether to get news.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    marketing_emails: Given<bool>,
}

impl UpdateProfileRequest {
    fn parse(self) -> Result<ProfileChange, Refusal> {
        let mut fields = Fields::new();
        let display_name = fields.optional("display_name", self.display_name, |text| {
            DisplayName::parse(&text)
        });
        let marketing_emails = fields.optional("marketing_emails", self.marketing_emails, Ok);
        fields.finish(|| {
            Some(ProfileChange {
                display_name: display_name?,
                marketing_emails: marketing_emails?,
            })
        })
    }
}

#[utoipa::path(
    patch,
    path = "/v1/auth/me",
    tag = "Account",
    summary = "Change one's own profile",
    request_body = Option<UpdateProfileRequest>,
    responses((status = 200, description = "The profile as it is now", body = UserProfileResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<UpdateProfileRequest>,
) -> Answer<Success<UserProfileResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse()?));
    let changes = screened(&services, &caller, parsed).await?;
    let profile = services
        .accounts
        .update(changes, &caller)
        .await?
        .into_inner();
    let tier = services.tier_of(&profile.org);
    Ok(Success::new(UserProfileResponse::new(
        profile, tier, audience,
    )))
}
