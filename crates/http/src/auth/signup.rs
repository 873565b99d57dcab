//! `POST /v1/auth/signup`

use super::response::TokenResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::{DisplayName, Email, NewPassword};
use oneclaw_services::{Refusal, Services, SignupCommand};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new account.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct SignupRequest {
    /// Where the person is reached.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    email: Given<String>,
    /// 12 to 256 characters: upper case, lower case, a digit and another character.
    #[schema(value_type = String, required = true, format = Password)]
    #[serde(default)]
    password: Given<SecretField>,
    /// What others see, 1 to 100 characters; the address's local part where nothing is given.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    display_name: Given<String>,
}

/// The account is made.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignupResponse {
    /// In words.
    message: &'static str,
    /// The address, as it is kept.
    email: String,
    #[serde(flatten)]
    tokens: TokenResponse,
}

impl SignupRequest {
    fn parse(self) -> Result<SignupCommand, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("email", self.email, |text| Email::parse(&text));
        // without an address there is nothing to hold the password against
        let rule = email
            .clone()
            .or_else(|| Email::parse("nobody@invalid.test").ok());
        let password = rule.and_then(|email| {
            fields.required("password", self.password, |text| {
                NewPassword::parse(text.expose(), &email)
            })
        });
        let display_name = fields.optional("display_name", self.display_name, |text| {
            DisplayName::parse(&text)
        });
        fields.finish(|| {
            Some(SignupCommand {
                email: email?,
                password: password?,
                display_name: display_name?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/signup",
    tag = "Auth",
    summary = "Make an account",
    request_body = SignupRequest,
    responses(
        (status = 200, description = "The account is made and logged in", body = SignupResponse),
        (status = 409, description = "The address is taken"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<SignupRequest>,
) -> Answer<Success<SignupResponse>> {
    let command = body.required()?.parse()?;
    let email = command.email.to_string();
    let tokens = services.auth.signup(command, &request.audit()).await?;
    let message = "Account created. You are signed in.";
    Ok(Success::new(SignupResponse {
        message,
        email,
        tokens: TokenResponse::new(tokens, audience),
    }))
}
