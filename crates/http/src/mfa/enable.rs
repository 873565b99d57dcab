//! `POST /v1/auth/mfa/verify-setup`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::MfaCode;
use oneclaw_services::{Refusal, SecretText, Services};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

/// The first code.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct EnableMfaRequest {
    /// Six digits, as the authenticator app shows them.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    code: Given<SecretField>,
}

/// What gets somebody in without their authenticator app.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnabledMfaResponse {
    /// Codes that are good for one use each. They are not shown again.
    #[serde(serialize_with = "all_exposed")]
    #[schema(value_type = Vec<String>)]
    recovery_codes: Vec<SecretText>,
}

impl EnableMfaRequest {
    fn parse(self) -> Result<MfaCode, Refusal> {
        let mut fields = Fields::new();
        let code = fields.required("code", self.code, |text| MfaCode::parse(text.expose()));
        fields.finish(|| code)
    }
}

fn all_exposed<S: Serializer>(codes: &[SecretText], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(codes.iter().map(SecretText::expose))
}

#[utoipa::path(
    post,
    path = "/v1/auth/mfa/verify-setup",
    tag = "MFA",
    summary = "Turn one's own second factor on",
    request_body = EnableMfaRequest,
    responses(
        (status = 200, description = "It is on, and all other sessions have ended", body = EnabledMfaResponse),
        (status = 400, description = "The code is wrong, or no setup is pending"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<EnableMfaRequest>,
) -> Answer<Success<EnabledMfaResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let code = screened(&services, &caller, parsed).await?;
    let recovery_codes = services.mfa.enable(code, &caller).await?.into_inner();
    Ok(Success::new(EnabledMfaResponse { recovery_codes }))
}
