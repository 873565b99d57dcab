//! `POST /v1/auth/set-password`

use super::response::MessageResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, PasswordInput};
use oneclaw_services::{Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A first password.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct SetPasswordRequest {
    /// 12 to 256 characters: upper case, lower case, a digit and another character.
    #[schema(value_type = String, required = true, format = Password, min_length = 12, max_length = 256)]
    #[serde(default)]
    password: Given<SecretField>,
    /// The same once more, where it is given.
    #[schema(value_type = Option<String>, format = Password)]
    #[serde(default)]
    password_confirm: Given<SecretField>,
}

impl SetPasswordRequest {
    fn parse(self) -> Result<PasswordInput, Refusal> {
        let mut fields = Fields::new();
        let parse = |text: SecretField| PasswordInput::parse(text.expose());
        let password = fields.required("password", self.password, parse);
        let again = fields.optional("password_confirm", self.password_confirm, parse);
        if let (Some(password), Some(Some(again))) = (&password, &again)
            && password.expose() != again.expose()
        {
            let differs = Invalid::new("must be the same as password");
            fields.refuse::<()>("password_confirm", &differs);
        }
        fields.finish(|| again.and(password))
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/set-password",
    tag = "Auth",
    summary = "Set a password where the account has none",
    request_body = SetPasswordRequest,
    responses((status = 200, description = "It is set; all other sessions have ended", body = MessageResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<SetPasswordRequest>,
) -> Answer<Success<MessageResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let password = screened(&services, &caller, parsed).await?;
    let () = services
        .auth
        .set_password(password, &caller)
        .await?
        .into_inner();
    Ok(Success::new(MessageResponse::new(
        "Password set successfully",
    )))
}
