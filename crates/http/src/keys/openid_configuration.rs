//! `GET /.well-known/openid-configuration`

use crate::answer::{Answer, Success};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Where tokens come from and how they are verified (`OpenID` Connect Discovery 1.0, 3).
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenIdConfigurationResponse {
    /// The `iss` of access tokens.
    issuer: String,
    /// Where the keys are.
    jwks_uri: String,
    /// Where people log in.
    token_endpoint: String,
    /// How tokens are signed.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// What a login gives.
    response_types_supported: [&'static str; 1],
    /// How people are named.
    subject_types_supported: [&'static str; 1],
    /// With what a token is to be had.
    grant_types_supported: [&'static str; 3],
}

#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    tag = "Keys",
    summary = "Where tokens come from and how they are verified",
    responses((status = 200, description = "The configuration", body = OpenIdConfigurationResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
) -> Answer<Success<OpenIdConfigurationResponse>> {
    let issuer = services.settings().public_url.clone();
    Ok(Success::new(OpenIdConfigurationResponse {
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        token_endpoint: format!("{issuer}/v1/auth/token"),
        issuer,
        id_token_signing_alg_values_supported: ["EdDSA"],
        response_types_supported: ["token"],
        subject_types_supported: ["public"],
        grant_types_supported: [
            "password",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
    }))
}
