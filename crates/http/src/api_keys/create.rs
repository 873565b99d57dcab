//! `POST /v1/auth/api-keys`

use super::response::ApiKeyResponse;
use crate::answer::{Answer, Audience, Created};
use crate::auth::exposed;
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{ApiKeyName, Scopes, Timestamp};
use oneclaw_services::{CreateApiKeyCommand, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new API key.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreateApiKeyRequest {
    /// What it is for, 1 to 100 characters.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 100)]
    #[serde(default)]
    name: Given<String>,
    /// What it is limited to, such as `secrets:read`; empty = everything its owner may do.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    #[serde(default)]
    scopes: Given<Vec<String>>,
    /// When it stops working; not in the past.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
}

/// The key, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyCreatedResponse {
    /// What is kept of it.
    key: ApiKeyResponse,
    /// The key itself.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    api_key: SecretText,
}

impl CreateApiKeyRequest {
    fn parse(self) -> Result<CreateApiKeyCommand, Refusal> {
        let mut fields = Fields::new();
        let name = fields.required("name", self.name, |text| ApiKeyName::parse(&text));
        let scopes = fields.optional("scopes", self.scopes, Scopes::parse);
        let expires_at = fields.optional("expires_at", self.expires_at, |text| {
            Timestamp::parse(&text)
        });
        fields.finish(|| {
            let scopes = scopes?.unwrap_or_default();
            Some(CreateApiKeyCommand {
                name: name?,
                scopes,
                expires_at: expires_at?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/api-keys",
    tag = "API keys",
    summary = "Make an API key",
    request_body = CreateApiKeyRequest,
    responses((status = 201, description = "The key, shown this once", body = ApiKeyCreatedResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<CreateApiKeyRequest>,
) -> Answer<Created<ApiKeyCreatedResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let created = services
        .api_keys
        .create(command, &caller)
        .await?
        .into_inner();
    let key = ApiKeyResponse::new(&created.key, services.now(), audience);
    Ok(Created::new(ApiKeyCreatedResponse {
        key,
        api_key: created.api_key,
    }))
}
