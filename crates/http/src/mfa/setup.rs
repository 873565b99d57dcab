//! `POST /v1/auth/mfa/setup`

use crate::answer::{Answer, Success};
use crate::auth::exposed;
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::{MfaSetup, SecretText, Services};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

/// What authenticator apps call what they hold a code for.
const ISSUER: &str = "oneclaw";

/// What an authenticator app takes up; it counts for nothing until a code of it was shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct MfaSetupResponse {
    /// All of it in one, to be shown as a QR code.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    otpauth_uri: SecretText,
    /// The shared secret in base32, to be typed.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    secret: SecretText,
}

impl MfaSetupResponse {
    fn new(setup: MfaSetup) -> Self {
        let email = utf8_percent_encode(setup.email.as_str(), NON_ALPHANUMERIC);
        let secret = setup.secret.expose();
        let uri = format!(
            "otpauth://totp/{ISSUER}:{email}?secret={secret}&issuer={ISSUER}\
             &algorithm=SHA1&digits=6&period=30"
        );
        Self {
            otpauth_uri: SecretText::new(uri),
            secret: setup.secret,
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/mfa/setup",
    tag = "MFA",
    summary = "Begin to set one's own second factor up",
    description = "The secret stands for 10 minutes, or until this is called again.",
    responses(
        (status = 200, description = "The secret, to be confirmed by a code of it", body = MfaSetupResponse),
        (status = 409, description = "A second factor is on"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<MfaSetupResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let setup = services.mfa.set_up(&caller).await?.into_inner();
    Ok(Success::new(MfaSetupResponse::new(setup)))
}
