//! `POST /v1/auth/device/lookup`

use super::decide::UserCodeRequest;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_services::{Services, WaitingDevice};
use serde::Serialize;
use utoipa::ToSchema;

/// A device, before it is let in.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingDeviceResponse {
    /// The code, to compare with what the device shows.
    #[schema(example = "BCDF-GHJK")]
    user_code: String,
    /// What the device calls itself.
    client_id: String,
    /// `pending`, `approved` or `denied`.
    status: &'static str,
    /// How long it still stands, in seconds.
    expires_in: i64,
    /// The address that it asked from.
    requested_from: Option<String>,
    /// When it asked.
    #[schema(format = DateTime)]
    requested_at: String,
}

impl From<WaitingDevice> for WaitingDeviceResponse {
    fn from(device: WaitingDevice) -> Self {
        let address = device.requested_from.map(|ip| ip.to_canonical());
        Self {
            user_code: device.status.user_code.shown(),
            client_id: device.status.client.as_str().to_owned(),
            status: device.status.status,
            expires_in: device.status.expires_in,
            requested_from: address.map(|ip| ip.to_string()),
            requested_at: device.requested_at.to_string(),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/device/lookup",
    tag = "Devices",
    summary = "Look at a device before letting it in",
    request_body = UserCodeRequest,
    responses(
        (status = 200, description = "The device; nothing is decided", body = WaitingDeviceResponse),
        (status = 403, description = "It asks another person, or the caller did not log in"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<UserCodeRequest>,
) -> Answer<Success<WaitingDeviceResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let code = screened(&services, &caller, parsed).await?;
    let device = services.devices.look_up(&code, &caller).await?.into_inner();
    Ok(Success::new(device.into()))
}
