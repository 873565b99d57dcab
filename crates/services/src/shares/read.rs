//! Somebody reads what is shared.

use super::names::shared_by;
use super::sought::{Sought, event_of, find};
use super::{ReadShareCommand, Shares, notice};
use crate::auth::Admitted;
use crate::core::{Step, Stop, boxed};
use crate::journal::Receipt;
use crate::keys::Place;
use crate::{Refusal, ShareEnd};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, AuditRequest, SecretVersion, Share};
use oneclaw_storage::CountedRead;

/// A value that was given out by a share: its event is on disk.
#[derive(Debug)]
pub struct SharedValue {
    /// The share, its count with this read.
    pub share: Share,
    /// The version.
    pub version: SecretVersion,
    /// The name of who shares, where the reader is told.
    pub shared_by: Option<String>,
    value: SecretText,
    _on_disk: Receipt,
}

impl SharedValue {
    /// The value, for the answer.
    pub fn into_value(self) -> SecretText {
        self.value
    }
}

impl Shares {
    /// Gives out the newest version of what is shared, and counts that.
    ///
    /// # Errors
    /// No such share, or it was taken back or refused; it names somebody else, and who reads is not
    /// known or not them; it is not read from here; another passphrase; it has ended, or its secret,
    /// or its maker's right.
    pub async fn read(
        &self,
        admitted: Admitted,
        command: ReadShareCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
    ) -> Result<SharedValue, Refusal> {
        let mut event = event_of(&self.core, &command, request);
        let done = boxed(self.try_read(command, bearer, request, &mut event)).await;
        let actor = event.actor;
        let value = self.core.settle(event, done).await?;
        // tries are limited, not what is right
        admitted.give_back(&self.core).await;
        notice::tell_maker(&self.core, &value.share, actor, request).await;
        Ok(value)
    }

    async fn try_read(
        &self,
        command: ReadShareCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<SharedValue> {
        let core = &*self.core;
        let sought = boxed(self.seek(&command, bearer, request, event)).await?;
        let shared_by = shared_by(core, &sought.share, sought.by_recipient).await?;
        self.give_out(sought, shared_by, event).await
    }

    /// Opens first and counts after: a broken envelope costs no count, and nothing leaves before
    /// the receipt.
    async fn give_out(
        &self,
        sought: Sought,
        shared_by: Option<String>,
        event: &AuditEvent,
    ) -> Step<SharedValue> {
        let core = &*self.core;
        let Sought {
            mut share,
            access,
            row,
            ..
        } = sought;
        let place = Place {
            at: access.on(),
            secret: row.version.secret,
            number: row.version.number,
        };
        let provider = &*core.keys.provider;
        let value = core
            .keys
            .vaults
            .open(provider, &row.vault_key, &place, &row.envelope)
            .await?;
        let value = value.into_utf8()?;
        let read = CountedRead::of(&access, row.version.id).by_share(share.id);
        match core.journal.record_read(event.clone(), read).await {
            Ok(receipt) => {
                share.access_count += 1;
                Ok(SharedValue {
                    share,
                    version: row.version,
                    shared_by,
                    value,
                    _on_disk: receipt,
                })
            }
            Err(stop) => Err(self.not_counted(&share, stop).await),
        }
    }

    /// Why the journal did not count a read. A share that was taken back meanwhile is not there any
    /// more, and one that was used up is.
    async fn not_counted(&self, share: &Share, stop: Stop) -> Stop {
        let refusal = match stop.refusal {
            Refusal::Gone(state) => Refusal::ShareEnded(ShareEnd::Secret(state)),
            Refusal::ShareEnded(end) => match find(&self.core, share.id).await {
                Ok(_) => Refusal::ShareEnded(end),
                Err(gone) => gone,
            },
            Refusal::QuotaSpent { .. } => Refusal::SharerUnpaid,
            other => other,
        };
        Stop { refusal, ..stop }
    }
}
