//! `POST /v1/auth/token`

use super::response::LoginResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::{Email, PasswordInput};
use oneclaw_services::{Door, LoginCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// E-mail and password.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct LoginRequest {
    /// Which account.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    email: Given<String>,
    /// Its password.
    #[schema(value_type = String, required = true, format = Password)]
    #[serde(default)]
    password: Given<SecretField>,
}

impl LoginRequest {
    fn parse(self) -> Result<LoginCommand, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("email", self.email, |text| Email::parse(&text));
        let password = fields.required("password", self.password, |text| {
            PasswordInput::parse(text.expose())
        });
        fields.finish(|| {
            Some(LoginCommand {
                email: email?,
                password: password?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/token",
    tag = "Auth",
    summary = "Log in",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "The person is logged in, or their second factor is asked for", body = LoginResponse),
        (status = 401, description = "E-mail and password do not fit"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<LoginRequest>,
) -> Answer<Success<LoginResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::Login, &audit).await?;
    let command = body.required()?.parse()?;
    let outcome = services
        .auth
        .login(admitted, command, &audit)
        .await?
        .into_inner();
    Ok(Success::new(LoginResponse::new(outcome, audience)))
}
