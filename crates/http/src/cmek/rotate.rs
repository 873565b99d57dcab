//! `POST /v1/vaults/{vault_id}/cmek-rotate`

use super::response::CmekJobResponse;
use crate::answer::{Accepted, Answer, Audience};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{CmekFingerprint, Invalid, VaultId};
use oneclaw_services::{CmekKey, Refusal, RotateCmekCommand, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Header with the key that values are under. No log and no trace has headers.
const OLD_KEY: &str = "x-cmek-old-key";
/// Header with the key that they shall be under.
const NEW_KEY: &str = "x-cmek-new-key";

/// To which key.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct RotateCmekRequest {
    /// The SHA-256 of the new key.
    #[schema(value_type = String, required = true, pattern = "^[0-9a-f]{64}$")]
    #[serde(default)]
    new_fingerprint: Given<String>,
}

impl RotateCmekRequest {
    fn parse(self, request: &HttpRequest, vault: VaultId) -> Result<RotateCmekCommand, Refusal> {
        let mut fields = Fields::new();
        let old = fields.required(OLD_KEY, header(request, OLD_KEY), key);
        let new = fields.required(NEW_KEY, header(request, NEW_KEY), key);
        let fingerprint = fields.required("new_fingerprint", self.new_fingerprint, |text| {
            CmekFingerprint::parse(&text)
        });
        fields.finish(|| {
            Some(RotateCmekCommand {
                vault,
                old: old?,
                new: new?,
                new_fingerprint: fingerprint?,
            })
        })
    }
}

/// The one header of a name.
fn header<'a>(request: &'a HttpRequest, name: &str) -> Given<&'a str> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Given::Absent,
        (Some(value), None) => value.to_str().map_or(Given::Wrong(KEY), Given::Value),
        (Some(_), Some(_)) => Given::Wrong("must be there once"),
    }
}

const KEY: &str = "must be a key of 32 bytes in base64";

fn key(text: &str) -> Result<CmekKey, Invalid> {
    CmekKey::parse(text).map_err(|_| Invalid::new(KEY))
}

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/cmek-rotate",
    tag = "CMEK",
    summary = "Bring a vault's values from one key of the client to another",
    description = "Both keys are held in memory until the rotation is over, and are written nowhere.",
    request_body = RotateCmekRequest,
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("x-cmek-old-key" = String, Header, description = "The key that is active: base64 of 32 bytes"),
        ("x-cmek-new-key" = String, Header, description = "The new key: base64 of 32 bytes"),
    ),
    responses(
        (status = 202, description = "The rotation, running or over already", body = CmekJobResponse,
            headers(("Location" = String, description = "Where to look how it stands"))),
        (status = 409, description = "A rotation of the vault is running, one to another key was not finished, or it is the system's own vault"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<RotateCmekRequest>,
) -> Answer<Accepted<CmekJobResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let parsed = body
        .required()
        .and_then(|body| Ok(body.parse(&request, vault)?));
    let command = screened(&services, &caller, parsed).await?;
    let job = services.cmek.rotate(command, &caller).await?.into_inner();
    let place = format!("/v1/vaults/{}/cmek-rotate/{}", job.vault, job.id);
    Ok(Accepted::new(CmekJobResponse::new(&job, audience), place))
}
