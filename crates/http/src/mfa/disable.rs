//! `DELETE /v1/auth/mfa`

use crate::answer::{Answer, NoContent};
use crate::extract::{AuthConfirm, Bearer, Body, Fields, Given, RequestInfo, SecretField};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, MfaCode};
use oneclaw_services::{DisableMfaProof, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A code of the second factor that is to go. A password is not enough.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DisableMfaRequest {
    /// Six digits, as the authenticator app shows them, or a recovery code.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    code: Given<SecretField>,
}

impl DisableMfaRequest {
    fn parse(self, confirm: AuthConfirm) -> Result<DisableMfaProof, Refusal> {
        let mut fields = Fields::new();
        let code = fields.optional("code", self.code, |text| MfaCode::parse(text.expose()));
        let token = confirm
            .into_inner()
            .filter(|shown| shown.expose().starts_with("rat_"));
        let proof = code.and_then(|code| match (code, token) {
            (Some(code), _) => Some(DisableMfaProof::Code(code)),
            (None, Some(token)) => Some(DisableMfaProof::Token(token)),
            (None, None) => {
                let needed = Invalid::new("A TOTP or recovery code is required");
                fields.refuse("code", &needed)
            }
        });
        fields.finish(|| proof)
    }
}

#[utoipa::path(
    delete,
    path = "/v1/auth/mfa",
    tag = "MFA",
    summary = "Turn one's own second factor off",
    params(
        ("X-Auth-Confirm" = Option<String>, Header, description = "In the place of a code: a token for `security.mfa.disable` from `/v1/auth/reauth`"),
    ),
    request_body = DisableMfaRequest,
    responses(
        (status = 204, description = "It is off; the recovery codes are gone"),
        (status = 400, description = "The code is missing or wrong, or no second factor is on"),
        (status = 403, description = "The token is unknown, expired, spent, or for something else"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    confirm: AuthConfirm,
    body: Body<DisableMfaRequest>,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse(confirm)?));
    let proof = screened(&services, &caller, parsed).await?;
    let () = services.mfa.disable(proof, &caller).await?.into_inner();
    Ok(NoContent)
}
