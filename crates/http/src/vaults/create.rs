//! `POST /v1/vaults`

use super::response::VaultResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Description, Invalid, VaultName};
use oneclaw_services::{CreateVaultCommand, Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new vault.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreateVaultRequest {
    /// What people call it, 1 to 255 characters; need not be unique.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Given<String>,
    /// What it is for, at most 1000 characters.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Given<String>,
    /// Not supported: anything but an empty text is refused.
    #[schema(value_type = Option<String>, max_length = 0)]
    #[serde(default)]
    mpc_custody: Given<String>,
}

impl CreateVaultRequest {
    fn parse(self) -> Result<CreateVaultCommand, Refusal> {
        let mut fields = Fields::new();
        let name = fields.required("name", self.name, |text| VaultName::parse(&text));
        let description = fields.optional("description", self.description, |text| {
            Description::parse(&text)
        });
        let custody = fields.optional("mpc_custody", self.mpc_custody, |text| no_custody(&text));
        fields.finish(|| {
            custody?;
            let description = match description? {
                Some(description) => description,
                None => Description::parse("").ok()?,
            };
            Some(CreateVaultCommand {
                name: name?,
                description,
            })
        })
    }
}

fn no_custody(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        Ok(())
    } else {
        Err(Invalid::new("MPC custody is not supported"))
    }
}

#[utoipa::path(
    post,
    path = "/v1/vaults",
    tag = "Vaults",
    summary = "Make a vault",
    request_body = CreateVaultRequest,
    responses(
        (status = 201, description = "The vault", body = VaultResponse),
        (status = 403, description = "The plan allows no more vaults"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<CreateVaultRequest>,
) -> Answer<Created<VaultResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let vault = services.vaults.create(command, &caller).await?.into_inner();
    Ok(Created::new(VaultResponse::new(&vault, audience)))
}
