//! Somebody writes a secret.

use super::write::{Draft, Source, check_len, write};
use super::{Precondition, Secrets, Written};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    AuditEvent, MaxAccessCount, Metadata, SecretPath, SecretType, Timestamp, VaultId,
};
use oneclaw_policy::{SecretAt, WriteSecret};
use oneclaw_storage::{LockMode, Recorded};

/// What shall be kept, and where.
pub struct PutSecretCommand {
    /// In which vault.
    pub vault: VaultId,
    /// At which path.
    pub path: SecretPath,
    /// The value, 1 byte to the configured limit.
    pub value: SecretText,
    /// What kind it is; `None` = the kind the path has, else `generic`.
    pub kind: Option<SecretType>,
    /// What is attached.
    pub metadata: Metadata,
    /// Kept, without effect.
    pub rotation_policy: Option<Metadata>,
    /// When it stops being readable; a past time is accepted.
    pub expires_at: Option<Timestamp>,
    /// How often it may be given out.
    pub max_access_count: Option<MaxAccessCount>,
    /// What must hold of the path before.
    pub precondition: Precondition,
}

impl Secrets {
    /// Writes a new version.
    ///
    /// # Errors
    /// The value is empty or too large; no such vault; no permission; the precondition does not
    /// hold; the plan allows no more secrets.
    pub async fn put(
        &self,
        command: PutSecretCommand,
        caller: &Caller,
    ) -> Result<Recorded<Written>, Refusal> {
        let at = SecretAt {
            org: caller.org(),
            vault: command.vault,
            path: command.path.clone(),
        };
        let mut event = self.core.event::<WriteSecret>(caller, &at);
        let done = boxed(self.try_put(command, at, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_put(
        &self,
        command: PutSecretCommand,
        at: SecretAt,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Written>> {
        let core = &*self.core;
        check_len(core, caller, "value", command.value.len()).await?;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<WriteSecret>(&mut *tx, caller, at, LockMode::Shared, core.now())
            .await?;
        let draft = Draft {
            value: command.value.expose().as_bytes(),
            source: Source::Field("value"),
            kind: command.kind,
            metadata: command.metadata,
            rotation_policy: command.rotation_policy,
            expires_at: command.expires_at,
            max_access_count: command.max_access_count,
        };
        write(
            core,
            tx,
            &access,
            caller,
            draft,
            &command.precondition,
            event,
        )
        .await
    }
}
