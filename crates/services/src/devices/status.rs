//! What everybody may know who has the code that a device shows.

use super::Devices;
use super::codes::{Guess, user_code_hash};
use super::request::asking;
use crate::Refusal;
use crate::auth::Admitted;
use crate::core::Step;
use oneclaw_domain::{AuditRequest, DeviceClient, DeviceGrant, DeviceState, Timestamp, UserCode};

/// How a device's question stands. Nothing of an account is in it.
#[derive(Clone, Debug)]
pub struct DeviceStatus {
    /// The code.
    pub user_code: UserCode,
    /// What the device calls itself.
    pub client: DeviceClient,
    /// `pending`, `approved`, `denied` or `expired`.
    pub status: &'static str,
    /// How long it still stands, in seconds.
    pub expires_in: i64,
}

impl DeviceStatus {
    pub(super) fn of(grant: &DeviceGrant, user_code: UserCode, now: Timestamp) -> Self {
        let left = grant.expires_at.millis() - now.millis();
        Self {
            user_code,
            client: grant.client.clone(),
            status: match grant.state {
                DeviceState::Pending if left <= 0 => "expired",
                DeviceState::Pending => "pending",
                DeviceState::Approved | DeviceState::Redeemed => "approved",
                DeviceState::Denied => "denied",
            },
            expires_in: (left.max(0) + 999) / 1000,
        }
    }
}

impl Devices {
    /// How a device's question stands, and decides nothing. It leaves no event: it changes nothing,
    /// and shows no more than the device does.
    ///
    /// # Errors
    /// No such code; too many wrong ones.
    pub async fn status(
        &self,
        _admitted: Admitted,
        code: Option<UserCode>,
        request: &AuditRequest,
    ) -> Result<DeviceStatus, Refusal> {
        let core = &*self.core;
        let done: Step<_> = async {
            let guess = Guess::count(core, request, None).await?;
            let found = self.find(code).await;
            guess.settle(core, found).await
        }
        .await;
        core.settle(asking(core, request), done).await
    }

    async fn find(&self, code: Option<UserCode>) -> Step<DeviceStatus> {
        let core = &*self.core;
        let code = code.ok_or(Refusal::NotFound)?; // costs no query: no device shows such
        let hash = user_code_hash(core, &code);
        let mut reader = core.seams.store.read().await?;
        let found = reader.devices().find_by_user_code(&hash).await?;
        let grant = found.ok_or(Refusal::NotFound)?;
        Ok(DeviceStatus::of(&grant, code, core.now()))
    }
}
