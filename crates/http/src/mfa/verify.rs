//! `POST /v1/auth/mfa/verify`

use crate::answer::{Answer, Audience, Success};
use crate::auth::TokenResponse;
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::{Invalid, MfaCode};
use oneclaw_services::{Door, Refusal, SecretText, Services, VerifyMfaCommand};
use serde::Deserialize;
use utoipa::ToSchema;

/// A code, for a login that asks for it.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct VerifyMfaRequest {
    /// The `mfa_token` of the login.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    mfa_token: Given<SecretField>,
    /// Six digits, as the authenticator app shows them, or a recovery code.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    code: Given<SecretField>,
}

impl VerifyMfaRequest {
    fn parse(self) -> Result<VerifyMfaCommand, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("mfa_token", self.mfa_token, |text| match text.expose() {
            "" => Err(Invalid::new("must not be empty")),
            text => Ok(SecretText::new(text.to_owned())),
        });
        let code = fields.required("code", self.code, |text| MfaCode::parse(text.expose()));
        fields.finish(|| {
            Some(VerifyMfaCommand {
                token: token?,
                code: code?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/mfa/verify",
    tag = "MFA",
    summary = "Finish a login with a code",
    request_body = VerifyMfaRequest,
    responses(
        (status = 200, description = "The person is logged in", body = TokenResponse),
        (status = 401, description = "The code is wrong or was used, or the token is unknown, expired or spent"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<VerifyMfaRequest>,
) -> Answer<Success<TokenResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::SecondFactor, &audit).await?;
    let command = body.required()?.parse()?;
    let tokens = services
        .mfa
        .verify(admitted, command, &audit)
        .await?
        .into_inner();
    Ok(Success::new(TokenResponse::new(tokens, audience)))
}
