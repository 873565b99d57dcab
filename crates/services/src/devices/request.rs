//! A device asks to be logged in.

use super::Devices;
use super::codes::{DEVICE_LABEL, DEVICE_PREFIX, new_user_code, user_code_hash};
use crate::Refusal;
use crate::auth::{Admitted, Counter, address};
use crate::core::{Core, Step};
use crate::settings::AttemptLimit;
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, DEVICE_INTERVAL, DEVICE_TTL, DeviceClient, DeviceGrant,
    DeviceGrantId, DeviceState, Email, UserCode,
};
use oneclaw_policy::{Access, Action, Installation, RequestDevice, SystemReason, Target};
use oneclaw_storage::{NewDeviceGrant, Recorded, StorageError};

/// Who is turned away because too many devices are waiting hears to come back within a minute. Such
/// refusals leave one event a minute.
const FULL: AttemptLimit = AttemptLimit {
    tries: 0,
    seconds: 60,
};

/// What a device says of itself.
pub struct DeviceCodeCommand {
    /// What it calls itself.
    pub client: DeviceClient,
    /// Who alone may let it in; `None` = whoever has the code.
    pub email: Option<Email>,
}

/// The two codes of a device, with what it tells the person.
#[derive(Debug)]
pub struct DeviceCodes {
    /// What the device asks with.
    pub device_code: SecretText,
    /// What the person types.
    pub user_code: UserCode,
    /// Where the person types it.
    pub verification_uri: String,
    /// How long both are good, in seconds.
    pub expires_in: i64,
    /// How long the device waits between two questions, in seconds.
    pub interval: i64,
}

impl Devices {
    /// Gives a device its two codes. Nothing else comes of it until a person lets the device in. The
    /// answer is the same whether the address has an account or not.
    ///
    /// # Errors
    /// Too many devices are waiting, or asked from this client's address of late.
    pub async fn request(
        &self,
        _admitted: Admitted,
        command: DeviceCodeCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<DeviceCodes>, Refusal> {
        let event = asking(&self.core, request);
        let done = self.try_request(command, event.clone()).await;
        self.core.settle(event, done).await
    }

    async fn try_request(
        &self,
        command: DeviceCodeCommand,
        event: AuditEvent,
    ) -> Step<Recorded<DeviceCodes>> {
        let core = &*self.core;
        let (whose, limit) = (address(&event.request), core.settings.device_codes);
        let asked = Counter::new(core, "devices of", &whose, limit);
        asked.count(core).await?;
        let mut reader = core.seams.store.read().await?;
        let waiting = reader.devices().count_waiting(core.now()).await?;
        drop(reader);
        if waiting >= core.settings.waiting_devices {
            let full = Counter::new(core, "devices waiting", "", FULL);
            full.count(core).await?;
            return Err(Refusal::TooManyRequests { retry_after: 60 }.into());
        }
        let grant = new_grant(core, command, &event.request);
        let event = event
            .with("client", grant.client.as_str())
            .with("device_id", grant.id.to_string());
        // once more, where somebody else has the same code to type
        let done = match self.insert(&grant, event.clone()).await {
            Err(StorageError::Conflict(_)) => self.insert(&grant, event).await,
            done => done,
        };
        Ok(done??)
    }

    async fn insert(
        &self,
        grant: &DeviceGrant,
        event: AuditEvent,
    ) -> Result<Result<Recorded<DeviceCodes>, Refusal>, StorageError> {
        let core = &*self.core;
        let (device_code, user_code) = match (random_token(DEVICE_PREFIX), new_user_code()) {
            (Ok(device_code), Ok(user_code)) => (device_code, user_code),
            (Err(error), _) => return Ok(Err(error.into())),
            (_, Err(refusal)) => return Ok(Err(refusal)),
        };
        let access = Access::<RequestDevice>::system(Installation, SystemReason::DeviceLogIn);
        let new = NewDeviceGrant {
            grant: grant.clone(),
            device_hash: core.keys.lookup_hash(DEVICE_LABEL, device_code.expose()),
            user_code_hash: user_code_hash(core, &user_code),
        };
        let mut tx = core.seams.store.begin().await?;
        tx.devices().insert(&access, &new).await?;
        let codes = DeviceCodes {
            device_code,
            user_code,
            verification_uri: format!("{}/cli/verify", core.settings.public_url),
            expires_in: DEVICE_TTL,
            interval: grant.interval,
        };
        Ok(Ok(tx.commit(event).await?.yields(codes)))
    }
}

/// The event of what a device asks, which nobody knows.
pub(super) fn asking(core: &Core, request: &AuditRequest) -> AuditEvent {
    let resource = Installation.resource();
    core.bare_event(
        RequestDevice::NAME,
        None,
        Actor::Anonymous,
        resource,
        request,
    )
}

fn new_grant(core: &Core, command: DeviceCodeCommand, request: &AuditRequest) -> DeviceGrant {
    let now = core.now();
    DeviceGrant {
        id: core.id(DeviceGrantId::from_uuid),
        client: command.client,
        email: command.email,
        requested_from: request.ip,
        state: DeviceState::Pending,
        approved_by: None,
        interval: DEVICE_INTERVAL,
        polled_at: None,
        created_at: now,
        expires_at: now.plus_seconds(DEVICE_TTL),
    }
}
