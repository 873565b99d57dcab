//! `POST /v1/auth/device/token`

use crate::answer::{Answer, Success};
use crate::auth::exposed;
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use crate::problem::Problem;
use actix_web::web::Data;
use oneclaw_services::{DeviceTokens, Door, PollOutcome, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The one way in which a device may ask (RFC 8628 3.4).
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device's question.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct DeviceTokenRequest {
    /// The code that the device was given.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    device_code: Given<SecretField>,
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    grant_type: Given<String>,
}

/// How a device's question stands: the token, or the word of RFC 8628 3.5. It is 200 either way,
/// because clients take anything else for a reason to go on asking (contract 7).
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum DeviceTokenResponse {
    /// The device was let in.
    Token(DeviceToken),
    /// It was not, or not yet.
    State(DeviceStateWord),
}

/// A token of the person who let the device in. It is not to be refreshed.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceToken {
    /// The access token, for `Authorization: Bearer`.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    access_token: SecretText,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The access token's life, in seconds.
    expires_in: i64,
    /// The person's address.
    email: String,
    /// The person.
    #[schema(value_type = uuid::Uuid)]
    user_id: String,
    /// Their organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
}

/// Why there is no token.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceStateWord {
    /// `authorization_pending`, `slow_down` (5 seconds longer from now on), `expired_token` or
    /// `access_denied`.
    error: &'static str,
}

impl From<PollOutcome> for DeviceTokenResponse {
    fn from(outcome: PollOutcome) -> Self {
        let error = match outcome {
            PollOutcome::LoggedIn(tokens) => return Self::Token((*tokens).into()),
            PollOutcome::Pending => "authorization_pending",
            PollOutcome::SlowDown => "slow_down",
            PollOutcome::Expired => "expired_token",
            PollOutcome::Denied => "access_denied",
        };
        Self::State(DeviceStateWord { error })
    }
}

impl From<DeviceTokens> for DeviceToken {
    fn from(tokens: DeviceTokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            email: tokens.email.to_string(),
            user_id: tokens.user.to_string(),
            org_id: tokens.org.to_string(),
        }
    }
}

impl DeviceTokenRequest {
    fn parse(self) -> Result<SecretText, Problem> {
        let mut fields = Fields::new();
        let grant_type = fields.required("grant_type", self.grant_type, Ok);
        let code = fields.required("device_code", self.device_code, |code| {
            Ok(SecretText::new(code.expose().to_owned()))
        });
        let (grant_type, code) = fields.finish(|| Some((grant_type?, code?)))?;
        if grant_type == GRANT_TYPE {
            Ok(code)
        } else {
            let detail = "The grant_type must be urn:ietf:params:oauth:grant-type:device_code";
            Err(Problem::oauth("unsupported_grant_type", detail))
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/device/token",
    tag = "Devices",
    summary = "Ask how a device's question stands, and get its token",
    request_body = DeviceTokenRequest,
    responses(
        (status = 200, description = "The token, the first time after the device was let in; else `error`", body = DeviceTokenResponse),
        (status = 400, description = "No device has this code (`error` is `invalid_grant`), or another grant type (`unsupported_grant_type`)"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    body: Body<DeviceTokenRequest>,
) -> Answer<Success<DeviceTokenResponse>> {
    let audit = request.audit();
    let admitted = services.auth.admit(Door::DevicePoll, &audit).await?;
    let code = body.required()?.parse()?;
    let outcome = services.devices.poll(admitted, &code, &audit).await?;
    Ok(Success::new(outcome.into()))
}
