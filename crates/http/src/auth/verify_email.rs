//! `POST /v1/auth/verify-email`

use super::response::LoginResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::{Invalid, PasswordInput};
use oneclaw_services::{BesideToken, Door, Refusal, SecretText, Services, VerifyEmailCommand};
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
    /// The password that the account shall have in the place of the one that it was made with, by
    /// whomever: they take it over. 12 to 256 characters: upper case, lower case, a digit and another
    /// character. Not beside `password`.
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 256)]
    #[serde(default)]
    new_password: Given<SecretField>,
}

impl VerifyEmailRequest {
    fn parse(self) -> Result<VerifyEmailCommand, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("token", self.token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let read = |text: SecretField| PasswordInput::parse(text.expose());
        let password = fields.optional("password", self.password, read);
        let new = fields.optional("new_password", self.new_password, read);
        let beside = match (password, new) {
            (Some(Some(_)), Some(Some(_))) => {
                let either = Invalid::new("is for whoever has no `password` to show");
                fields.refuse("new_password", &either)
            }
            (Some(Some(password)), Some(None)) => Some(BesideToken::Password(password)),
            (Some(None), Some(Some(new))) => Some(BesideToken::NewPassword(new)),
            (Some(None), Some(None)) => Some(BesideToken::Nothing),
            _ => None,
        };
        fields.finish(|| {
            Some(VerifyEmailCommand {
                token: token?,
                beside: beside?,
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
        (status = 401, description = "`password` is wrong"),
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
