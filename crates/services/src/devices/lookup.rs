//! A person looks at a device before letting it in.

use super::codes::{Guess, standing};
use super::decide::is_for;
use super::{DeviceStatus, Devices};
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{AuditEvent, Timestamp, UserCode};
use oneclaw_policy::ReadDevice;
use oneclaw_storage::{LockMode, Recorded};
use std::net::IpAddr;

/// A device, as the person sees it who may let it in.
#[derive(Clone, Debug)]
pub struct WaitingDevice {
    /// How its question stands.
    pub status: DeviceStatus,
    /// Where it asked from, as far as known.
    pub requested_from: Option<IpAddr>,
    /// When it asked.
    pub requested_at: Timestamp,
}

impl Devices {
    /// Shows the device that has a code, and decides nothing.
    ///
    /// # Errors
    /// No such code, or it ran out; it asks another person; too many wrong ones; the caller came
    /// otherwise than by logging in.
    pub async fn look_up(
        &self,
        code: &UserCode,
        caller: &Caller,
    ) -> Result<Recorded<WaitingDevice>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ReadDevice>(caller, &caller.account());
        let done: Step<_> = async {
            let guess = self.guess::<ReadDevice>(caller).await?;
            let found = self.try_look_up(code, caller, &mut event).await;
            guess.settle(core, found).await
        }
        .await;
        core.settle(event, done).await
    }

    async fn try_look_up(
        &self,
        code: &UserCode,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<WaitingDevice>> {
        let (core, now) = (&*self.core, self.core.now());
        let mut tx = core.seams.store.begin().await?;
        let (on, mode) = (caller.account(), LockMode::Shared);
        let access = core
            .gate
            .judge_in::<ReadDevice>(&mut *tx, caller, on, mode, now)
            .await?;
        let person = tx.users().lock(access.in_account()).await?;
        let (user, _) = person.ok_or(Refusal::NotFound)?;
        let grant = standing(core, &mut *tx, code).await?;
        *event = event.clone().with("device_id", grant.id.to_string());
        is_for(&grant, &user)?;
        let device = WaitingDevice {
            status: DeviceStatus::of(&grant, code.clone(), now),
            requested_from: grant.requested_from,
            requested_at: grant.created_at,
        };
        Ok(tx.commit(event.clone()).await?.yields(device))
    }

    /// Counts a try to name a device, of a caller who may try.
    pub(super) async fn guess<A>(&self, caller: &Caller) -> Step<Guess>
    where
        A: oneclaw_policy::Action<On = oneclaw_policy::Account>,
    {
        let core = &*self.core;
        let (store, on) = (&core.seams.store, caller.account());
        let user = on.user;
        let judged = core
            .gate
            .judge_alone::<A>(store, caller, on, core.now())
            .await?;
        drop(judged); // judged again, and for good, where it is done
        Guess::count(core, &caller.request, Some(user)).await
    }
}
