//! An administrator changes a setting while servers run.

use super::{Admin, Administrator, SettingKey, SettingValue};
use crate::Refusal;
use crate::core::Step;
use oneclaw_domain::{AuditResource, ResourceKind};
use oneclaw_policy::PutSetting;
use oneclaw_storage::{ChangedSetting, LockMode, Recorded};

impl Admin {
    /// Stores a setting. A known one holds here at once, and on other instances within two seconds;
    /// others have no effect.
    ///
    /// # Errors
    /// Whoever asks does not run the installation.
    pub async fn put_setting(
        &self,
        key: &SettingKey,
        value: &SettingValue,
        by: Administrator<'_>,
    ) -> Result<Recorded<ChangedSetting>, Refusal> {
        let core = &*self.core;
        let on = by.everything();
        let mut event = by.event::<PutSetting>(core, &on);
        event.resource = AuditResource::new(ResourceKind::Setting, key.as_str());
        if key.is_known() {
            // what others hold is not known to be fit for the log
            event = event.with("value", value.as_str());
        }
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Shared;
            let access = by.judge_in::<PutSetting>(core, &mut *tx, on, mode).await?;
            let setting = ChangedSetting {
                key: key.as_str().to_owned(),
                value: value.as_str().to_owned(),
                updated_by: by.user(),
                updated_at: core.now(),
            };
            tx.installation().put_setting(&access, &setting).await?;
            let put = tx.commit(event.clone()).await?.yields(setting);
            core.settings_changed().await;
            Ok(put)
        }
        .await;
        core.settle(event, done).await
    }
}
