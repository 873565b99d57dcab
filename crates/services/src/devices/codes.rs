//! The codes of devices, and counting who guesses them.

use crate::Refusal;
use crate::auth::{Counter, address};
use crate::core::{Core, Step, Stop};
use oneclaw_crypto::random;
use oneclaw_domain::{AuditRequest, DeviceGrant, UserCode, UserId};
use oneclaw_storage::Tx;

/// What the codes begin with that devices show.
pub(super) const DEVICE_PREFIX: &str = "dvc_";
/// The label under which they are hashed.
pub(super) const DEVICE_LABEL: &str = "device code";
/// The label under which the codes are hashed that people type.
const USER_LABEL: &str = "device user code";

/// The hash under which a person's code is kept.
pub(super) fn user_code_hash(core: &Core, code: &UserCode) -> [u8; 32] {
    core.keys.lookup_hash(USER_LABEL, code.expose())
}

/// A code to type that nobody had before, but by chance.
pub(super) fn new_user_code() -> Result<UserCode, Refusal> {
    loop {
        // 8 bytes below 240 of 32 are all but certain
        if let Some(code) = UserCode::of_random(&*random::<32>()?) {
            return Ok(code);
        }
    }
}

/// The question that a person's code leads to, locked, if it still stands.
pub(super) async fn standing(core: &Core, tx: &mut dyn Tx, code: &UserCode) -> Step<DeviceGrant> {
    let hash = user_code_hash(core, code);
    let found = tx.devices().lock_by_user_code(&hash).await?;
    let found = found.filter(|grant| grant.expires_at > core.now());
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// A try to name a device by the code that it shows. It is counted before it is looked up, for the
/// client's address and for the account, and given back when there is such a device: who types what
/// they see is never held up, and of many wrong ones at once no more are looked up than may be.
pub(super) struct Guess(Vec<Counter>);

impl Guess {
    /// Counts a try; none may be made beyond the limit, not even with the right code.
    pub(super) async fn count(
        core: &Core,
        request: &AuditRequest,
        account: Option<UserId>,
    ) -> Step<Self> {
        let limit = core.settings.failed_device_codes;
        let from = Counter::new(core, "device code guess from", &address(request), limit);
        from.count(core).await?;
        let mut counted = vec![from];
        if let Some(user) = account {
            let whose = user.to_string();
            let by = Counter::new(core, "device code guess by", &whose, limit);
            by.count(core).await?;
            counted.push(by);
        }
        Ok(Self(counted))
    }

    /// What came of the try: where there is such a device, it was no guess.
    pub(super) async fn settle<T>(self, core: &Core, done: Step<T>) -> Step<T> {
        let is_wrong = |stop: &Stop| matches!(stop.refusal, Refusal::NotFound);
        if !done.as_ref().err().is_some_and(is_wrong) {
            for counter in self.0 {
                counter.give_back(core).await;
            }
        }
        done
    }
}
