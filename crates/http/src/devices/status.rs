//! `GET /v1/auth/device/code/{user_code}`

use crate::answer::{Answer, Success};
use crate::extract::{RequestInfo, path_id};
use crate::middleware::asks_for_another_site;
use crate::problem::Problem;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::UserCode;
use oneclaw_services::{DeviceStatus, Door, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// How a device's question stands. Nothing of an account is in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceStatusResponse {
    /// The code.
    #[schema(example = "BCDF-GHJK")]
    user_code: String,
    /// What the device calls itself.
    client_id: String,
    /// `pending`, `approved`, `denied` or `expired`.
    status: &'static str,
    /// How long it still stands, in seconds.
    expires_in: i64,
}

impl From<DeviceStatus> for DeviceStatusResponse {
    fn from(status: DeviceStatus) -> Self {
        Self {
            user_code: status.user_code.shown(),
            client_id: status.client.as_str().to_owned(),
            status: status.status,
            expires_in: status.expires_in,
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/auth/device/code/{user_code}",
    tag = "Devices",
    summary = "How a device's question stands",
    params(("user_code" = String, Path, description = "The code that the device shows; case and hyphen do not matter")),
    responses((status = 200, description = "How it stands; nothing is decided", body = DeviceStatusResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    request: HttpRequest,
) -> Answer<Success<DeviceStatusResponse>> {
    // a page may have an image here: its wrong codes would count for who looks at it
    if asks_for_another_site(&request) {
        return Err(Problem::other_site());
    }
    let audit = info.audit();
    let admitted = services.auth.admit(Door::DeviceLookup, &audit).await?;
    let code = path_id(&request, "user_code", UserCode::parse).ok();
    let status = services.devices.status(admitted, code, &audit).await?;
    Ok(Success::new(status.into()))
}
