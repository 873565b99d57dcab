//! A person looks at their own profile.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_policy::ReadProfile;
use oneclaw_storage::Profile;

impl Accounts {
    /// The caller's own profile.
    ///
    /// # Errors
    /// The caller is no person, or no longer one.
    pub async fn show(&self, caller: &Caller) -> Result<Profile, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ReadProfile>(caller, &caller.account());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ReadProfile>(store, caller, caller.account(), core.now())
                .await?;
            let profile = store.read().await?.users().profile(&access).await?;
            let profile = profile.ok_or(Refusal::NotFound)?;
            Ok(core.journal.record(event.clone()).await?.covers(profile))
        }
        .await;
        core.settle(event, done).await
    }
}
