//! `POST /v1/auth/reset-password`

use super::response::MessageResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::PasswordInput;
use oneclaw_services::{Door, Refusal, ResetPasswordCommand, SecretText, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// What came by mail, and the new password.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ResetPasswordRequest {
    /// The token of the link.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    token: Given<SecretField>,
    /// 12 to 256 characters: upper case, lower case, a digit and another character.
    #[schema(value_type = String, required = true, format = Password, min_length = 12, max_length = 256)]
    #[serde(default)]
    new_password: Given<SecretField>,
}

impl ResetPasswordRequest {
    fn parse(self) -> Result<ResetPasswordCommand, Refusal> {
        let mut fields = Fields::new();
        let token = fields.required("token", self.token, |token| {
            Ok(SecretText::new(token.expose().to_owned()))
        });
        let new = fields.required("new_password", self.new_password, |text| {
            PasswordInput::parse(text.expose())
        });
        fields.finish(|| {
            Some(ResetPasswordCommand {
                token: token?,
                new: new?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/reset-password",
    tag = "Auth",
    summary = "Set a new password by the token that was mailed",
    request_body = ResetPasswordRequest,
    responses((status = 200, description = "It is set, and every session has ended. Nobody is logged in by this", body = MessageResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<ResetPasswordRequest>,
) -> Answer<Success<MessageResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::ResetPassword, &audit).await?;
    let command = body.required()?.parse()?;
    let () = services
        .auth
        .reset_password(admitted, command, bearer.token(), &audit)
        .await?
        .into_inner();
    Ok(Success::new(MessageResponse::new("Password updated")))
}
