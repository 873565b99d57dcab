//! A person changes their own profile.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_policy::UpdateProfile;
use oneclaw_storage::{LockMode, Profile, ProfileChanges, Recorded};

/// What a person changes; `None` = unchanged.
pub type ProfileChange = ProfileChanges;

impl Accounts {
    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// The credential is limited, or the caller is no person.
    pub async fn update(
        &self,
        changes: ProfileChange,
        caller: &Caller,
    ) -> Result<Recorded<Profile>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<UpdateProfile>(caller, &caller.account());
        let done: Step<_> = async {
            let event = &mut event;
            let mut tx = core.seams.store.begin().await?;
            let access = core
                .gate
                .judge_in::<UpdateProfile>(
                    &mut *tx,
                    caller,
                    caller.account(),
                    LockMode::Shared,
                    core.now(),
                )
                .await?;
            let profile = tx.users().update_profile(&access, &changes).await?;
            let profile = profile.ok_or(Refusal::NotFound)?;
            Ok(tx.commit(event.clone()).await?.yields(profile))
        }
        .await;
        core.settle(event, done).await
    }
}
