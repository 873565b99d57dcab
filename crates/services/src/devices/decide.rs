//! A person lets a device in, or does not.

use super::Devices;
use super::codes::standing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use crate::mail::{EntryMessage, Message, Post};
use oneclaw_domain::{AuditEvent, DeviceGrant, DeviceState, User, UserCode};
use oneclaw_policy::{Access, Account, Action, ApproveDevice, DenyDevice};
use oneclaw_storage::{LockMode, Recorded, Tx};

impl Devices {
    /// Lets a device in: the next time it asks, it gets a token of the caller's. Tells the caller by
    /// mail.
    ///
    /// # Errors
    /// No such code, or it ran out; it asks another person; it was decided already; too many wrong
    /// codes; the caller came otherwise than by logging in.
    pub async fn approve(&self, code: &UserCode, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ApproveDevice>(caller, &caller.account());
        let done: Step<_> = async {
            let guess = self.guess::<ApproveDevice>(caller).await?;
            let decided = self.try_approve(code, caller, &mut event).await;
            guess.settle(core, decided).await
        }
        .await;
        core.settle(event, done).await
    }

    async fn try_approve(
        &self,
        code: &UserCode,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let (access, grant, user) = self.open(&mut *tx, code, caller, event).await?;
        tx.devices().approve(&access, grant.id).await?;
        let told = Message::Entry(EntryMessage::DeviceLetIn {
            display_name: user.display_name.as_str().to_owned(),
            client: grant.client.as_str().to_owned(),
            address: asked_from(&grant),
            at: core.now(),
        });
        let _posted = core.post(&mut *tx, Post::new(&user.email, &told)).await?;
        Ok(tx.commit(event.clone()).await?.yields(()))
    }

    /// Turns a device away.
    ///
    /// # Errors
    /// As [`Devices::approve`].
    pub async fn deny(&self, code: &UserCode, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<DenyDevice>(caller, &caller.account());
        let done: Step<_> = async {
            let guess = self.guess::<DenyDevice>(caller).await?;
            let decided = self.try_deny(code, caller, &mut event).await;
            guess.settle(core, decided).await
        }
        .await;
        core.settle(event, done).await
    }

    async fn try_deny(
        &self,
        code: &UserCode,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let mut tx = self.core.seams.store.begin().await?;
        let (access, grant, _) = self.open(&mut *tx, code, caller, event).await?;
        tx.devices().deny(&access, grant.id).await?;
        Ok(tx.commit(event.clone()).await?.yields(()))
    }

    /// The question that a code leads to, locked and undecided, if the caller may decide it.
    async fn open<A>(
        &self,
        tx: &mut dyn Tx,
        code: &UserCode,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<(Access<A>, DeviceGrant, User)>
    where
        A: Action<On = Account>,
    {
        let core = &*self.core;
        let (on, mode) = (caller.account(), LockMode::Shared);
        let access = core
            .gate
            .judge_in::<A>(tx, caller, on, mode, core.now())
            .await?;
        let person = tx.users().lock(access.in_account()).await?;
        let (user, _) = person.ok_or(Refusal::NotFound)?;
        let grant = standing(core, tx, code).await?;
        *event = event
            .clone()
            .with("device_id", grant.id.to_string())
            .with("client", grant.client.as_str())
            .with("requested_from", asked_from(&grant));
        is_for(&grant, &user)?;
        if grant.state != DeviceState::Pending {
            return Err(Refusal::Conflict("The device was decided already").into());
        }
        Ok((access, grant, user))
    }
}

/// A device that names an address is for the account that has it. That account need not have proved
/// the address: who lets the device in gives it their own account, and no other.
pub(super) fn is_for(grant: &DeviceGrant, user: &User) -> Result<(), Refusal> {
    match &grant.email {
        Some(email) if *email != user.email => Err(Refusal::DeviceForOther),
        _ => Ok(()),
    }
}

fn asked_from(grant: &DeviceGrant) -> String {
    let address = grant.requested_from.map(|ip| ip.to_canonical().to_string());
    address.unwrap_or_else(|| "unknown".to_owned())
}
