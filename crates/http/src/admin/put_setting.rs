//! `PUT /v1/admin/settings/{key}`

use super::response::SettingResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::{Services, SettingKey, SettingValue};
use serde::Deserialize;
use utoipa::ToSchema;

/// A setting's new value.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct PutSettingRequest {
    /// The value, at most 4096 characters; those of known settings are checked.
    #[schema(value_type = String, required = true, max_length = 4096)]
    #[serde(default)]
    value: Given<String>,
}

fn parse(
    request: &HttpRequest,
    body: PutSettingRequest,
) -> Result<(SettingKey, SettingValue), Problem> {
    let mut fields = Fields::new();
    let key = request.match_info().get("key").unwrap_or_default();
    let key = fields.check("key", SettingKey::parse(key));
    let value = fields.required("value", body.value, |text| match &key {
        Some(key) => SettingValue::parse(key, &text).map(Some),
        None => Ok(None),
    });
    Ok(fields.finish(|| Some((key?, value??)))?)
}

#[utoipa::path(
    put,
    path = "/v1/admin/settings/{key}",
    tag = "Administration",
    summary = "Change a setting while servers run",
    description = "`signup.mode`, `signup.require_email_verification`, `billing.default_tier` and `maintenance_mode` hold here at once and on other instances within two seconds; others are stored without effect.",
    params(("key" = String, Path, description = "The setting's name: 1 to 64 characters of a-z, 0-9, _ and .")),
    request_body = PutSettingRequest,
    responses(
        (status = 200, description = "The setting", body = SettingResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<PutSettingRequest>,
) -> Answer<Success<SettingResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = body.required().and_then(|body| parse(&request, body));
    let (key, value) = screened(&services, &caller, parsed).await?;
    let put = services.admin.put_setting(&key, &value, (&caller).into());
    Ok(Success::new((&put.await?.into_inner()).into()))
}
