//! `POST /v1/vaults/{vault_id}/cmek`

use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use crate::vaults::VaultResponse;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{CmekFingerprint, VaultId};
use oneclaw_services::{Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Under which key values come in.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct EnableCmekRequest {
    /// The SHA-256 of the 32 bytes of the key. The key itself stays with the client.
    #[schema(value_type = String, required = true, pattern = "^[0-9a-f]{64}$")]
    #[serde(default)]
    fingerprint: Given<String>,
}

impl EnableCmekRequest {
    fn parse(self) -> Result<CmekFingerprint, Refusal> {
        let mut fields = Fields::new();
        let fingerprint = fields.required("fingerprint", self.fingerprint, |text| {
            CmekFingerprint::parse(&text)
        });
        fields.finish(|| fingerprint)
    }
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/cmek",
    tag = "CMEK",
    summary = "Take values only as the client encrypted them",
    request_body = EnableCmekRequest,
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses(
        (status = 200, description = "The vault; the same key again changes nothing", body = VaultResponse),
        (status = 403, description = "The plan does not have it, or the caller does not manage the vault"),
        (status = 409, description = "Another key is active, or it is the system's own vault"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<EnableCmekRequest>,
) -> Answer<Success<VaultResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let fingerprint = screened(&services, &caller, parsed).await?;
    let vault = services.cmek.enable(vault, fingerprint, &caller).await?;
    Ok(Success::new(VaultResponse::new(
        &vault.into_inner(),
        audience,
    )))
}
