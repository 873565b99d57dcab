//! An administrator brings a setting back to what is configured.

use super::{Admin, Administrator, SettingKey};
use crate::Refusal;
use crate::core::Step;
use oneclaw_domain::{AuditResource, ResourceKind};
use oneclaw_policy::DeleteSetting;
use oneclaw_storage::{LockMode, Recorded};

impl Admin {
    /// Forgets that a setting was changed: what is configured holds here at once, and on other
    /// instances within two seconds.
    ///
    /// # Errors
    /// It was not changed; whoever asks does not run the installation.
    pub async fn delete_setting(
        &self,
        key: &SettingKey,
        by: Administrator<'_>,
    ) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let on = by.everything();
        let mut event = by.event::<DeleteSetting>(core, &on);
        event.resource = AuditResource::new(ResourceKind::Setting, key.as_str());
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Shared;
            let access = by
                .judge_in::<DeleteSetting>(core, &mut *tx, on, mode)
                .await?;
            let installation = tx.installation();
            if !installation.delete_setting(&access, key.as_str()).await? {
                return Err(Refusal::NotFound.into());
            }
            let deleted = tx.commit(event.clone()).await?.yields(());
            core.settings_changed().await;
            Ok(deleted)
        }
        .await;
        core.settle(event, done).await
    }
}
