//! Somebody lets the server make a new value.

use super::write::{Draft, Source, check_len, write};
use super::{Precondition, Secrets, Written};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_crypto::{Charset, Plaintext, SecretText, generate};
use oneclaw_domain::{
    AuditEvent, AuditResource, ResourceKind, SecretPath, SecretType, VaultId, VersionState,
};
use oneclaw_policy::{RotateSecret, SecretAt};
use oneclaw_storage::{LockMode, Recorded};

/// Which secret, and what its new value shall be like.
pub struct RotateSecretCommand {
    /// In which vault.
    pub vault: VaultId,
    /// At which path.
    pub path: SecretPath,
    /// Characters of the new value, 8 to 1024.
    pub length: usize,
    /// From which alphabet.
    pub charset: Charset,
    /// A value to take instead of a generated one, 1 byte to the configured limit.
    pub new_value: Option<SecretText>,
    /// What kind it is from now on; `None` = as before.
    pub kind: Option<SecretType>,
    /// What must hold of the path before.
    pub precondition: Precondition,
}

impl Secrets {
    /// Writes a new version whose value the server made; it is not in the answer.
    ///
    /// # Errors
    /// The value that was given is empty or too large; no such vault or path; no permission; the
    /// path was deleted.
    pub async fn rotate(
        &self,
        command: RotateSecretCommand,
        caller: &Caller,
    ) -> Result<Recorded<Written>, Refusal> {
        let at = SecretAt {
            org: caller.org(),
            vault: command.vault,
            path: command.path.clone(),
        };
        let mut event = self.core.event::<RotateSecret>(caller, &at);
        let done = boxed(self.try_rotate(command, at, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_rotate(
        &self,
        command: RotateSecretCommand,
        at: SecretAt,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Written>> {
        let core = &*self.core;
        let (value, source) = match command.new_value {
            Some(value) => {
                check_len(core, caller, "new_value", value.len()).await?;
                (value.into_plaintext(), Source::Field("new_value"))
            }
            None => (generated(command.charset, command.length)?, Source::Server),
        };
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<RotateSecret>(&mut *tx, caller, at, LockMode::Shared, core.now())
            .await?;
        let before = tx
            .secrets()
            .lock_latest(&access)
            .await?
            .ok_or(Refusal::NotFound)?;
        event.resource = AuditResource::new(ResourceKind::Secret, &before.secret);
        if before.deleted {
            return Err(Refusal::Gone(VersionState::Deleted).into());
        }
        let draft = Draft {
            value: value.expose(),
            source,
            kind: command.kind.or(Some(before.kind)),
            metadata: before.metadata,
            rotation_policy: before.rotation_policy,
            expires_at: None,
            max_access_count: None,
        };
        write(
            core,
            tx,
            &access.into(),
            caller,
            draft,
            &command.precondition,
            event,
        )
        .await
    }
}

fn generated(charset: Charset, length: usize) -> Result<Plaintext, Refusal> {
    Ok(generate(charset, length)?)
}
