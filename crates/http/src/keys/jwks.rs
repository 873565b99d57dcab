//! `GET /.well-known/jwks.json`

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use oneclaw_services::{Services, jwks};

#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "Keys",
    summary = "Every key that still verifies access tokens (RFC 7517)",
    responses((status = 200, description = "The public keys", content_type = "application/jwk-set+json", body = Object))
)]
pub(crate) async fn handle(services: Data<Services>) -> HttpResponse {
    let keys = services.public_keys().verifying;
    HttpResponse::Ok()
        .content_type("application/jwk-set+json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(jwks(&keys).to_string())
}
