//! `DELETE /v1/auth/me`

use crate::answer::{Answer, NoContent};
use crate::extract::{AuthConfirm, Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody has to write who means it (contract 5).
const PHRASE: &str = "DELETE MY ACCOUNT";

/// That one means it.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DeleteAccountRequest {
    /// `DELETE MY ACCOUNT`; may also be called `confirm`.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    confirmation: Given<String>,
    /// The same.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    confirm: Given<String>,
}

impl DeleteAccountRequest {
    fn parse(self) -> Result<(), Refusal> {
        let mut fields = Fields::new();
        let phrase = self.confirmation.or(self.confirm);
        let meant = fields.required("confirmation", phrase, |text| {
            if text == PHRASE {
                Ok(())
            } else {
                Err(Invalid::new("must be DELETE MY ACCOUNT"))
            }
        });
        fields.finish(|| meant)
    }
}

#[utoipa::path(
    delete,
    path = "/v1/auth/me",
    tag = "Account",
    summary = "Delete one's own account",
    description = "Vaults and agents stay with the organization; who is its only member takes it along.",
    params(
        ("X-Auth-Confirm" = Option<String>, Header, description = "A token for `account.delete` from `/v1/auth/reauth`, or the password where no second factor is on; not needed within 10 minutes of a login"),
    ),
    request_body = DeleteAccountRequest,
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "Not the phrase"),
        (status = 403, description = "A fresh proof of who one is, is missing or wrong"),
        (status = 409, description = "The organization has other members and no other owner, or runs the installation, or would go and has a subscription that renews"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    confirm: AuthConfirm,
    body: Body<DeleteAccountRequest>,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let () = screened(&services, &caller, parsed).await?;
    let () = services
        .accounts
        .delete(confirm.into_inner(), &caller)
        .await?
        .into_inner();
    Ok(NoContent)
}
