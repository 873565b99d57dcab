//! `POST /v1/auth/change-password`

use super::response::MessageResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::PasswordInput;
use oneclaw_services::{ChangePasswordCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// The password of today, and the one of tomorrow.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ChangePasswordRequest {
    /// The password of today.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    current_password: Given<SecretField>,
    /// 12 to 256 characters: upper case, lower case, a digit and another character.
    #[schema(value_type = String, required = true, format = Password, min_length = 12, max_length = 256)]
    #[serde(default)]
    new_password: Given<SecretField>,
}

impl ChangePasswordRequest {
    fn parse(self) -> Result<ChangePasswordCommand, Refusal> {
        let mut fields = Fields::new();
        let password = |text: SecretField| PasswordInput::parse(text.expose());
        let current = fields.required("current_password", self.current_password, password);
        let new = fields.required("new_password", self.new_password, password);
        fields.finish(|| {
            Some(ChangePasswordCommand {
                current: current?,
                new: new?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/change-password",
    tag = "Auth",
    summary = "Change one's own password",
    request_body = ChangePasswordRequest,
    responses(
        (status = 200, description = "It is changed; all other sessions have ended", body = MessageResponse),
        (status = 401, description = "The current password is wrong"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<ChangePasswordRequest>,
) -> Answer<Success<MessageResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let () = services
        .auth
        .change_password(command, &caller)
        .await?
        .into_inner();
    Ok(Success::new(MessageResponse::new(
        "Password changed successfully",
    )))
}
