//! `POST /v1/auth/refresh`

use super::response::TokenResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_services::{Refusal, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A refresh token; without one, the caller's own access token is exchanged for a fresh one.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct RefreshTokenRequest {
    /// The refresh token of the last login or refresh.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    refresh_token: Given<SecretField>,
}

impl RefreshTokenRequest {
    fn parse(self) -> Result<Option<SecretText>, Refusal> {
        let mut fields = Fields::new();
        let text = |token: SecretField| Ok(SecretText::new(token.expose().to_owned()));
        let token = fields.optional("refresh_token", self.refresh_token, text);
        fields.finish(|| token)
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/refresh",
    tag = "Auth",
    summary = "Get the next access token of a session",
    request_body = Option<RefreshTokenRequest>,
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The next access token", body = TokenResponse),
        (status = 401, description = "The refresh token is unknown, spent or expired"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<RefreshTokenRequest>,
) -> Answer<Success<TokenResponse>> {
    let tokens = match (body.optional()?.parse()?, &bearer) {
        (Some(token), _) => services
            .auth
            .refresh(token, &request.audit())
            .await?
            .into_inner(),
        (None, Bearer::Absent) => return Err(neither().into()),
        (None, bearer) => {
            let caller = services
                .auth
                .authenticate(bearer.token(), request.audit())
                .await?;
            services.auth.refresh_own(&caller).await?
        }
    };
    Ok(Success::new(TokenResponse::new(tokens, audience)))
}

fn neither() -> Refusal {
    let reason = oneclaw_domain::Invalid::new("is required, unless an access token is shown");
    Refusal::field("refresh_token", &reason)
}
