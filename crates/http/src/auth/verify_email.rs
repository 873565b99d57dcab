//! `POST /v1/auth/verify-email`

use super::response::LoginResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::PasswordInput;
use oneclaw_services::{Door, Refusal, SecretText, Services, VerifyEmailCommand};
use serde::Deserialize;
use utoipa::ToSchema;

/// What came by mail.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct VerifyEmailRequest {
    /// The token of the link.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    token: Given<SecretField>,
    /// The account's password. Where an account's address is proved for the first time with neither
    /// this nor an access token of the account, all that was made in it before is taken away.
    #[schema(value_type = Option<String>, format = Password)]
    #[serde(default)]
    password: Given<SecretField>,
}

impl VerifyEmailRequest {
    fn parse(self) -> Result<VerifyEmailCommand, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("token", self.token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let password = fields.optional("password", self.password, |text| {
            PasswordInput::parse(text.expose())
        });
        fields.finish(|| {
            Some(VerifyEmailCommand {
                token: token?,
                password: password?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/verify-email",
    tag = "Auth",
    summary = "Prove an e-mail address by the token that was mailed to it",
    request_body = VerifyEmailRequest,
    responses(
        (status = 200, description = "The address is proved, and the person logged in, or their second factor asked for", body = LoginResponse),
        (status = 401, description = "The password that came with the token is wrong"),
        (status = 403, description = "Signup was closed meanwhile"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<VerifyEmailRequest>,
) -> Answer<Success<LoginResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::VerifyEmail, &audit).await?;
    let command = body.required()?.parse()?;
    let outcome = services
        .auth
        .verify_email(admitted, command, bearer.token(), &audit)
        .await?
        .into_inner();
    Ok(Success::new(LoginResponse::new(outcome, audience)))
}
