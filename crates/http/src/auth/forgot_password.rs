//! `POST /v1/auth/forgot-password`

use crate::answer::{Answer, Success};
use crate::extract::{Body, Fields, Given, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::Email;
use oneclaw_services::{Door, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose password is forgotten.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct ForgotPasswordRequest {
    /// The account's address.
    #[schema(value_type = String, required = true, format = Email)]
    #[serde(default)]
    email: Given<String>,
}

/// The same for every address.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForgotPasswordResponse {
    /// In words.
    message: &'static str,
    /// Always `email_sent`.
    #[schema(example = "email_sent")]
    status: &'static str,
}

impl ForgotPasswordRequest {
    fn parse(self) -> Result<Email, Refusal> {
        let mut fields = Fields::new();
        let email = fields.required("email", self.email, |text| Email::parse(&text));
        fields.finish(|| email)
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/forgot-password",
    tag = "Auth",
    summary = "Ask for a mail by which a new password is set",
    request_body = ForgotPasswordRequest,
    responses((status = 200, description = "The same whether the address has an account or not", body = ForgotPasswordResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    body: Body<ForgotPasswordRequest>,
) -> Answer<Success<ForgotPasswordResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::ForgotPassword, &audit).await?;
    let email = body.required()?.parse()?;
    let () = services
        .auth
        .forgot_password(admitted, email, &audit)
        .await?
        .into_inner();
    Ok(Success::new(ForgotPasswordResponse {
        message: "If an account exists for this email, a reset link has been sent.",
        status: "email_sent",
    }))
}
