//! `POST /v1/auth/device/approve` and `/deny`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::UserCode;
use oneclaw_services::{Caller, Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which device.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UserCodeRequest {
    /// The code that the device shows; case and hyphen do not matter.
    #[schema(value_type = String, required = true, example = "BCDF-GHJK")]
    #[serde(default)]
    user_code: Given<String>,
}

/// What was decided.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceDecidedResponse {
    /// `approved` or `denied`.
    status: &'static str,
}

impl UserCodeRequest {
    pub(super) fn parse(self) -> Result<UserCode, Refusal> {
        let mut fields = Fields::new();
        let code = fields.required("user_code", self.user_code, |text| UserCode::parse(&text));
        fields.finish(|| code)
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/device/approve",
    tag = "Devices",
    summary = "Let a device in",
    request_body = UserCodeRequest,
    responses(
        (status = 200, description = "It gets a token of the caller's when it asks next", body = DeviceDecidedResponse),
        (status = 403, description = "It asks another person, or the caller did not log in"),
        (status = 404, description = "No device shows this code, or it ran out"),
        (status = 409, description = "It was decided already"),
    )
)]
pub(crate) async fn approve(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<UserCodeRequest>,
) -> Answer<Success<DeviceDecidedResponse>> {
    let (caller, code) = read(&services, &request, &bearer, body).await?;
    services.devices.approve(&code, &caller).await?.into_inner();
    let status = "approved";
    Ok(Success::new(DeviceDecidedResponse { status }))
}

#[utoipa::path(
    post,
    path = "/v1/auth/device/deny",
    tag = "Devices",
    summary = "Turn a device away",
    request_body = UserCodeRequest,
    responses(
        (status = 200, description = "It gets nothing", body = DeviceDecidedResponse),
        (status = 403, description = "It asks another person, or the caller did not log in"),
        (status = 404, description = "No device shows this code, or it ran out"),
        (status = 409, description = "It was decided already"),
    )
)]
pub(crate) async fn deny(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<UserCodeRequest>,
) -> Answer<Success<DeviceDecidedResponse>> {
    let (caller, code) = read(&services, &request, &bearer, body).await?;
    services.devices.deny(&code, &caller).await?.into_inner();
    let status = "denied";
    Ok(Success::new(DeviceDecidedResponse { status }))
}

async fn read(
    services: &Services,
    request: &RequestInfo,
    bearer: &Bearer,
    body: Body<UserCodeRequest>,
) -> Result<(Caller, UserCode), Problem> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let code = screened(services, &caller, parsed).await?;
    Ok((caller, code))
}
