//! A person's own settings.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, require};
use oneclaw_policy::{ReadSettings, UpdateSettings};

/// A person's settings. There are no passkeys yet, so nothing can be asked of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountSettings {
    /// Whether vaults open to a passkey alone.
    pub requires_passkey: bool,
    /// How many passkeys the person has.
    pub passkeys: u32,
}

const SETTINGS: AccountSettings = AccountSettings {
    requires_passkey: false,
    passkeys: 0,
};

impl Accounts {
    /// The caller's own settings.
    ///
    /// # Errors
    /// The caller is no person, or no longer one.
    pub async fn settings(&self, caller: &Caller) -> Result<AccountSettings, Refusal> {
        let core = &*self.core;
        let (event, on) = (
            core.event::<ReadSettings>(caller, &caller.account()),
            caller.account(),
        );
        let done: Step<_> = async {
            let (store, now) = (&core.seams.store, core.now());
            let _may = core
                .gate
                .judge_alone::<ReadSettings>(store, caller, on, now)
                .await?;
            Ok(core.journal.record(event.clone()).await?.covers(SETTINGS))
        }
        .await;
        core.settle(event, done).await
    }

    /// Changes the caller's own settings.
    ///
    /// # Errors
    /// A passkey is asked for, of which there is none; the credential is limited, or the caller is no
    /// person.
    pub async fn update_settings(
        &self,
        requires_passkey: Option<bool>,
        caller: &Caller,
    ) -> Result<AccountSettings, Refusal> {
        let core = &*self.core;
        let (event, on) = (
            core.event::<UpdateSettings>(caller, &caller.account()),
            caller.account(),
        );
        let done: Step<_> = async {
            let (store, now) = (&core.seams.store, core.now());
            let _may = core
                .gate
                .judge_alone::<UpdateSettings>(store, caller, on, now)
                .await?;
            require(
                "require_passkey_for_vaults",
                requires_passkey != Some(true),
                "needs a passkey, and you have none",
            )?;
            Ok(core.journal.record(event.clone()).await?.covers(SETTINGS))
        }
        .await;
        core.settle(event, done).await
    }
}
