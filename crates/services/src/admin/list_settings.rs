//! An administrator looks at the settings that were changed.

use super::{Admin, Administrator};
use crate::Refusal;
use crate::core::Step;
use oneclaw_policy::ListSettings;
use oneclaw_storage::ChangedSetting;

impl Admin {
    /// The settings that were changed, by name.
    ///
    /// # Errors
    /// Whoever asks does not run the installation.
    pub async fn list_settings(
        &self,
        by: Administrator<'_>,
    ) -> Result<Vec<ChangedSetting>, Refusal> {
        let core = &*self.core;
        let on = by.everything();
        let event = by.event::<ListSettings>(core, &on);
        let done: Step<_> = async {
            let _access = by.judge::<ListSettings>(core, on).await?;
            let mut reader = core.seams.store.read().await?;
            let settings = reader.installation().settings().await?;
            drop(reader); // others may have it while the event is written
            Ok(core.journal.record(event.clone()).await?.covers(settings))
        }
        .await;
        core.settle(event, done).await
    }
}
