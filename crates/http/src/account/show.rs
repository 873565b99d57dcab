//! `GET /v1/auth/me`

use super::response::UserProfileResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/auth/me",
    tag = "Account",
    summary = "Show one's own profile",
    responses((status = 200, description = "The profile", body = UserProfileResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
) -> Answer<Success<UserProfileResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let profile = services.accounts.show(&caller).await?;
    let tier = services.tier_of(&profile.org);
    Ok(Success::new(UserProfileResponse::new(
        profile, tier, audience,
    )))
}
