//! `POST /v1/auth/signup`

use super::response::maybe_exposed;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField, is_passed_on};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{DisplayName, Email, NewPassword};
use oneclaw_services::{Door, Refusal, SecretText, Services, SignupCommand, SignupOutcome, Tokens};
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
    #[schema(value_type = String, required = true, format = Password, min_length = 12, max_length = 256)]
    #[serde(default)]
    password: Given<SecretField>,
    /// What others see, 1 to 100 characters; the address's local part where nothing is given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    #[serde(default)]
    display_name: Given<String>,
    /// The token of an invitation: the account joins the organization that sent it.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    invite_token: Given<SecretField>,
    /// The code that the server's start printed; needed by the first account alone, and only from
    /// beyond the server's own machine.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[serde(default)]
    setup_code: Given<SecretField>,
}

/// The account is made; or, where addresses are to be proved, what comes next is in a mail: then
/// only `message` and `email` are there.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignupResponse {
    /// In words.
    message: &'static str,
    /// The address, as it is kept.
    email: String,
    /// The access token, for `Authorization: Bearer`.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    access_token: Option<SecretText>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Bearer")]
    token_type: Option<&'static str>,
    /// The access token's life, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// What gives the next access token; each is good for one use.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretText>,
    /// Who signed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<String>,
    /// Their organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    org_id: Option<String>,
}

impl SignupResponse {
    /// What a login answers is a superset here: the schema of 5.1 has only the access token.
    fn signed_in(email: String, tokens: Tokens, audience: Audience) -> Self {
        Self {
            message: "Account created. You are signed in.",
            email,
            access_token: Some(tokens.access_token),
            token_type: Some("Bearer"),
            expires_in: audience.superset(tokens.expires_in),
            refresh_token: tokens
                .refresh_token
                .and_then(|token| audience.superset(token)),
            user_id: audience.superset(tokens.user.to_string()),
            org_id: audience.superset(tokens.org.to_string()),
        }
    }

    /// The same whether the address has an account or not.
    const fn mailed(email: String) -> Self {
        Self {
            message: "Check your e-mail: a link in it confirms your address.",
            email,
            access_token: None,
            token_type: None,
            expires_in: None,
            refresh_token: None,
            user_id: None,
            org_id: None,
        }
    }
}

impl SignupRequest {
    fn parse(self, passed_on: bool) -> Result<SignupCommand, Refusal> {
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
        let invite_token = fields.optional("invite_token", self.invite_token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let setup_code = fields.optional("setup_code", self.setup_code, |code| {
            Ok(SecretText::new(code.expose().to_owned()))
        });
        fields.finish(|| {
            Some(SignupCommand {
                email: email?,
                password: password?,
                display_name: display_name?,
                invite_token: invite_token?,
                setup_code: setup_code?,
                passed_on,
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
        (status = 200, description = "The account is made and logged in; where addresses are to be proved, a mail says what comes next, and the answer is the same for every address", body = SignupResponse),
        (status = 403, description = "Signup is closed, the invitation is for another address, or this would be the first account and comes from beyond the server's machine without its set-up code"),
        (status = 404, description = "No such invitation: it was accepted, taken back, replaced or ran out"),
        (status = 409, description = "The address is taken, where none is to be proved"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    http: HttpRequest,
    body: Body<SignupRequest>,
) -> Answer<Success<SignupResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::SignUp, &audit).await?;
    let command = body.required()?.parse(is_passed_on(http.headers()))?;
    let email = command.email.to_string();
    let outcome = services
        .auth
        .signup(admitted, command, &audit)
        .await?
        .into_inner();
    Ok(Success::new(match outcome {
        SignupOutcome::Tokens(tokens) => SignupResponse::signed_in(email, tokens, audience),
        SignupOutcome::Mailed => SignupResponse::mailed(email),
    }))
}
