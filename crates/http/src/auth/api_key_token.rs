//! `POST /v1/auth/api-key-token`

use super::response::TokenResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_services::{KeyLoginCommand, Refusal, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A personal API key.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UserApiKeyTokenRequest {
    /// The whole key: `1ck_` and 43 characters.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    api_key: Given<SecretField>,
}

impl UserApiKeyTokenRequest {
    fn parse(self) -> Result<KeyLoginCommand, Refusal> {
        let mut fields = Fields::new();
        let text = |key: SecretField| Ok(SecretText::new(key.expose().to_owned()));
        let api_key = fields.required("api_key", self.api_key, text);
        fields.finish(|| Some(KeyLoginCommand { api_key: api_key? }))
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/api-key-token",
    tag = "Auth",
    summary = "Exchange a personal API key for an access token",
    request_body = UserApiKeyTokenRequest,
    responses(
        (status = 200, description = "The token, which ends with the key at the latest", body = TokenResponse),
        (status = 401, description = "The key is unknown, revoked or expired"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<UserApiKeyTokenRequest>,
) -> Answer<Success<TokenResponse>> {
    let command = body.required()?.parse()?;
    let tokens = services
        .auth
        .key_login(command, &request.audit())
        .await?
        .into_inner();
    Ok(Success::new(TokenResponse::new(tokens, audience)))
}
