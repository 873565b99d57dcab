//! `GET /.well-known/jwks.json`

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use oneclaw_services::{Services, jwks};
use utoipa::ToSchema;

/// The public keys that verify access tokens (RFC 7517, 5).
#[derive(ToSchema)]
#[expect(dead_code, reason = "words only: the crypto crate writes the set")]
pub(crate) struct JwksResponse {
    /// The current key, and those before it whose tokens may still be good.
    keys: Vec<JwkResponse>,
}

/// A public key (RFC 8037, 2).
#[derive(ToSchema)]
#[expect(dead_code, reason = "words only: the crypto crate writes the key")]
pub(crate) struct JwkResponse {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: String,
    /// Always `sig`.
    #[schema(rename = "use", example = "sig")]
    usage: String,
    /// Its id in token headers.
    kid: String,
    /// The 32 raw bytes of the key, in base64url without padding.
    x: String,
}

#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "Keys",
    summary = "Every key that still verifies access tokens (RFC 7517)",
    responses((status = 200, description = "The public keys", content_type = "application/jwk-set+json", body = JwksResponse))
)]
pub(crate) async fn handle(services: Data<Services>) -> HttpResponse {
    let keys = services.public_keys().await.verifying;
    HttpResponse::Ok()
        .content_type("application/jwk-set+json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(jwks(&keys).to_string())
}
