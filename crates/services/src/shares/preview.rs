//! Somebody looks at a share before they read it.

use super::names::shared_by;
use super::sought::event_of;
use super::{ReadShareCommand, Shares};
use crate::Refusal;
use crate::auth::Admitted;
use crate::core::{Step, boxed};
use oneclaw_domain::{AuditEvent, AuditRequest, SecretVersion, Share};

/// What a reader is shown before the value.
#[derive(Debug)]
pub struct SharePreview {
    /// The share.
    pub share: Share,
    /// The version that would be read.
    pub version: SecretVersion,
    /// The name of who shares, where the reader is told.
    pub shared_by: Option<String>,
}

impl Shares {
    /// Shows what somebody would read, after the same questions as reading. Nothing is given out,
    /// nothing counted, and the maker is not told.
    ///
    /// # Errors
    /// As for [`Shares::read`].
    pub async fn preview(
        &self,
        admitted: Admitted,
        command: ReadShareCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
    ) -> Result<SharePreview, Refusal> {
        let mut event = event_of(&self.core, &command, request).with("preview", true);
        let done = boxed(self.try_preview(command, bearer, request, &mut event)).await;
        let preview = self.core.settle(event, done).await?;
        admitted.give_back(&self.core).await;
        Ok(preview)
    }

    async fn try_preview(
        &self,
        command: ReadShareCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<SharePreview> {
        let core = &*self.core;
        let sought = boxed(self.seek(&command, bearer, request, event)).await?;
        let preview = SharePreview {
            shared_by: shared_by(core, &sought.share, sought.by_recipient).await?,
            share: sought.share,
            version: sought.row.version,
        };
        Ok(core.journal.record(event.clone()).await?.covers(preview))
    }
}
