//! `POST /v1/auth/device/code`

use crate::answer::{Answer, Audience, Success};
use crate::auth::exposed;
use crate::extract::{Body, Fields, Given, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::{DeviceClient, Email};
use oneclaw_services::{DeviceCodeCommand, DeviceCodes, Door, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a device is that does not say.
const CLIENT: &str = "cli";

/// What a device says of itself.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DeviceCodeRequest {
    /// What the device calls itself, 1 to 64 characters; `cli` where nothing is given.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    #[serde(default)]
    client_id: Given<String>,
    /// Who alone may let it in; whoever has the code where nothing is given.
    #[schema(value_type = Option<String>, format = Email)]
    #[serde(default)]
    email: Given<String>,
}

/// The two codes of a device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceCodeResponse {
    /// What the device asks with. Not for people.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    device_code: SecretText,
    /// What the person types.
    #[schema(example = "BCDF-GHJK")]
    user_code: String,
    /// Where they type it.
    #[schema(format = "uri")]
    verification_uri: String,
    /// The same with the code filled in. Opening it decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    verification_uri_complete: Option<String>,
    /// How long both codes are good, in seconds.
    expires_in: i64,
    /// How long the device waits between two questions, in seconds.
    interval: i64,
}

impl DeviceCodeResponse {
    fn new(codes: DeviceCodes, audience: Audience) -> Self {
        let user_code = codes.user_code.shown();
        let complete = format!("{}?code={user_code}", codes.verification_uri);
        Self {
            device_code: codes.device_code,
            user_code,
            verification_uri: codes.verification_uri,
            verification_uri_complete: audience.superset(complete),
            expires_in: codes.expires_in,
            interval: codes.interval,
        }
    }
}

impl DeviceCodeRequest {
    fn parse(self) -> Result<DeviceCodeCommand, Refusal> {
        let mut fields = Fields::new();
        let client = match self.client_id {
            Given::Absent | Given::Null => Given::Value(CLIENT.to_owned()),
            given => given,
        };
        let client = fields.required("client_id", client, |text| DeviceClient::parse(&text));
        let email = fields.optional("email", self.email, |text| Email::parse(&text));
        fields.finish(|| {
            Some(DeviceCodeCommand {
                client: client?,
                email: email?,
            })
        })
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/device/code",
    tag = "Devices",
    summary = "Ask for a device to be logged in",
    request_body = Option<DeviceCodeRequest>,
    responses((status = 200, description = "The device's codes", body = DeviceCodeResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<DeviceCodeRequest>,
) -> Answer<Success<DeviceCodeResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::DeviceCode, &audit).await?;
    let command = body.optional()?.parse()?;
    let codes = services
        .devices
        .request(admitted, command, &audit)
        .await?
        .into_inner();
    Ok(Success::new(DeviceCodeResponse::new(codes, audience)))
}
