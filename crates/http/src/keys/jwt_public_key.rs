//! `GET /v1/auth/jwt-public-key`

use crate::answer::{Answer, Audience, Success};
use actix_web::web::Data;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The key that signs access tokens now.
#[derive(Serialize, ToSchema)]
pub(crate) struct JwtPublicKeyResponse {
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// The 32 raw bytes of the Ed25519 key, in base64.
    public_key_base64: String,
    /// Its id in token headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/auth/jwt-public-key",
    tag = "Keys",
    summary = "Show the key that signs access tokens now",
    responses((status = 200, description = "The public key", body = JwtPublicKeyResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    audience: Audience,
) -> Answer<Success<JwtPublicKeyResponse>> {
    let current = services.public_keys().await.current;
    Ok(Success::new(JwtPublicKeyResponse {
        alg: "EdDSA",
        public_key_base64: STANDARD.encode(current.public_raw()),
        kid: audience.superset(current.kid().to_owned()),
    }))
}
