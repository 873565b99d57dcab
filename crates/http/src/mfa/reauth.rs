//! `POST /v1/auth/reauth`

use crate::answer::{Answer, Success};
use crate::auth::exposed;
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{MfaCode, PasswordInput, StepUpPurpose};
use oneclaw_services::{ReauthCommand, Refusal, SecretText, Services, StepUpToken};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What proves who one is.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ReauthRequest {
    /// The account's password; needed where no second factor is on.
    #[schema(value_type = Option<String>, format = Password)]
    #[serde(default)]
    password: Given<SecretField>,
    /// Six digits, as the authenticator app shows them, or a recovery code; needed where a second
    /// factor is on.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    code: Given<SecretField>,
    /// What for: `account.delete`, `account.export` or `security.mfa.disable`. Without it, for any
    /// one of them.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    purpose: Given<String>,
}

/// A token for `X-Auth-Confirm`, good for one use.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReauthResponse {
    /// The token.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    reauth_token: SecretText,
    /// The same.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    token: SecretText,
    /// Its life, in seconds.
    expires_in: i64,
}

impl ReauthRequest {
    fn parse(self) -> Result<ReauthCommand, Refusal> {
        let mut fields = Fields::new();
        let password = fields.optional("password", self.password, |text| {
            PasswordInput::parse(text.expose())
        });
        let code = fields.optional("code", self.code, |text| MfaCode::parse(text.expose()));
        let purpose = fields.optional("purpose", self.purpose, |text| StepUpPurpose::parse(&text));
        fields.finish(|| {
            Some(ReauthCommand {
                password: password?,
                code: code?,
                purpose: purpose?,
            })
        })
    }
}

impl ReauthResponse {
    fn new(given: StepUpToken) -> Self {
        Self {
            token: SecretText::new(given.token.expose().to_owned()),
            reauth_token: given.token,
            expires_in: given.expires_in,
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/reauth",
    tag = "MFA",
    summary = "Prove once more who one is",
    request_body = ReauthRequest,
    responses(
        (status = 200, description = "A token that says so, once", body = ReauthResponse),
        (status = 400, description = "What the account asks for was not given"),
        (status = 403, description = "The password or the code is wrong"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<ReauthRequest>,
) -> Answer<Success<ReauthResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let given = services
        .mfa
        .reauthenticate(command, &caller)
        .await?
        .into_inner();
    Ok(Success::new(ReauthResponse::new(given)))
}
