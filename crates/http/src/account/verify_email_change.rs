//! `POST /v1/auth/verify-email-change`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a code.
const DIGITS: usize = 6;

/// What came by mail.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct VerifyEmailChangeRequest {
    /// The six digits.
    #[schema(value_type = String, required = true, pattern = "^[0-9]{6}$")]
    #[serde(default)]
    code: Given<SecretField>,
}

/// The account has another address.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyEmailChangeResponse {
    /// In words.
    message: &'static str,
    /// The address.
    email: String,
}

impl VerifyEmailChangeRequest {
    fn parse(self) -> Result<SecretText, Refusal> {
        let mut fields = Fields::new();
        let code = fields.required("code", self.code, |code| {
            let code = code.expose().trim_ascii();
            if code.len() == DIGITS && code.bytes().all(|digit| digit.is_ascii_digit()) {
                Ok(SecretText::new(code.to_owned()))
            } else {
                Err(Invalid::new("must be six digits"))
            }
        });
        fields.finish(|| code)
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/verify-email-change",
    tag = "Account",
    summary = "Prove the new e-mail address by the code that was mailed to it",
    request_body = VerifyEmailChangeRequest,
    responses(
        (status = 200, description = "The account has the new address; all other sessions have ended, and the address before is told", body = VerifyEmailChangeResponse),
        (status = 409, description = "The address was taken meanwhile"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<VerifyEmailChangeRequest>,
) -> Answer<Success<VerifyEmailChangeResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let code = screened(&services, &caller, parsed).await?;
    let email = services
        .accounts
        .verify_email_change(&code, &caller)
        .await?
        .into_inner();
    Ok(Success::new(VerifyEmailChangeResponse {
        message: "Email updated",
        email: email.to_string(),
    }))
}
