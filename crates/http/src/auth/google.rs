//! `POST /v1/auth/google`

use super::response::LoginResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField, is_passed_on};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{Door, IdTokenCommand, Refusal, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Characters of a nonce; clients make some dozens.
const MAX_NONCE: usize = 512;

/// A token by which an issuer says who somebody is.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct IdTokenRequest {
    /// The id token of Google, or of the OpenID Connect issuer that the operator named.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    id_token: Given<SecretField>,
    /// The nonce that the client gave the issuer: then the token must have it. A token with a nonce
    /// is good for one login.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 512)]
    #[serde(default)]
    nonce: Given<String>,
    /// The code that the server's start printed; needed by the first account alone, and only from
    /// beyond the server's own machine.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[serde(default)]
    setup_code: Given<SecretField>,
}

impl IdTokenRequest {
    fn parse(self, passed_on: bool) -> Result<IdTokenCommand, Refusal> {
        let mut fields = Fields::new();
        let id_token = fields.required("id_token", self.id_token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let nonce = fields.optional("nonce", self.nonce, |text| {
            let fits = (1..=MAX_NONCE).contains(&text.chars().count());
            fits.then_some(text)
                .ok_or(Invalid::new("must have 1 to 512 characters"))
        });
        let setup_code = fields.optional("setup_code", self.setup_code, |code| {
            Ok(SecretText::new(code.expose().to_owned()))
        });
        fields.finish(|| {
            Some(IdTokenCommand {
                id_token: id_token?,
                nonce: nonce?,
                setup_code: setup_code?,
                passed_on,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/google",
    tag = "Auth",
    summary = "Log in by the word of an issuer",
    request_body = IdTokenRequest,
    responses(
        (status = 200, description = "The person is logged in, or their second factor is asked for; the first time the account is made, or tied to them", body = LoginResponse),
        (status = 401, description = "The token does not hold"),
        (status = 403, description = "Signup is closed, or this would be the first account and comes from beyond the server's machine without its set-up code"),
        (status = 409, description = "The address is that of an account that was never proved, or that belongs to another person at the issuer"),
        (status = 501, description = "No issuer is configured"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    http: HttpRequest,
    body: Body<IdTokenRequest>,
) -> Answer<Success<LoginResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::IdToken, &audit).await?;
    let command = body.required()?.parse(is_passed_on(http.headers()))?;
    let outcome = services
        .auth
        .log_in_by_issuer(admitted, command, &audit)
        .await?
        .into_inner();
    Ok(Success::new(LoginResponse::new(outcome, audience)))
}
