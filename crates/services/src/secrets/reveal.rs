//! Somebody reads a value.

use super::Secrets;
use crate::access::Caller;
use crate::core::Step;
use crate::journal::Receipt;
use crate::keys::Place;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    AuditEvent, AuditResource, ResourceKind, SecretPath, SecretVersion, VaultId, VersionNumber,
    VersionState,
};
use oneclaw_policy::{Access, Facts, ReadSecret, SecretAt};
use oneclaw_storage::{CountedRead, Guarded, SealedVersion, Sighting};

/// A value that is given out: its event is on disk.
#[derive(Debug)]
pub struct Revealed {
    version: SecretVersion,
    value: SecretText,
    _on_disk: Receipt,
}

impl Revealed {
    /// The version, its count with this read.
    pub const fn version(&self) -> &SecretVersion {
        &self.version
    }

    /// The value.
    pub const fn value(&self) -> &SecretText {
        &self.value
    }

    /// Both, for the answer.
    pub fn into_parts(self) -> (SecretVersion, SecretText) {
        (self.version, self.value)
    }
}

/// What the caller has already (`If-None-Match`).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Known {
    /// Nothing: the value is wanted whatever it is.
    #[default]
    Nothing,
    /// Whatever is there.
    Anything,
    /// These versions.
    Versions(Vec<VersionNumber>),
}

impl Known {
    fn covers(&self, number: VersionNumber) -> bool {
        match self {
            Self::Nothing => false,
            Self::Anything => true,
            Self::Versions(numbers) => numbers.contains(&number),
        }
    }
}

/// What a conditional read came to.
#[derive(Debug)]
pub enum Reading {
    /// The value, given out and counted.
    Given(Box<Revealed>),
    /// The caller has the newest version already, and this is its number: nothing was given out.
    Unchanged(VersionNumber),
}

impl Reading {
    /// The value, where one was given out.
    pub fn given(self) -> Option<Revealed> {
        match self {
            Self::Given(revealed) => Some(*revealed),
            Self::Unchanged(_) => None,
        }
    }
}

/// What the store found, sealed.
type Found = Option<Sighting<Guarded<SealedVersion, ReadSecret>>>;

impl Secrets {
    /// Gives out the newest version of a path, unless the caller has it already: then nothing is
    /// given out and nothing counted.
    ///
    /// # Errors
    /// No such vault or path; no permission; the version is not readable any more.
    pub async fn reveal(
        &self,
        vault: VaultId,
        path: SecretPath,
        known: &Known,
        caller: &Caller,
    ) -> Result<Reading, Refusal> {
        let at = SecretAt {
            org: caller.org(),
            vault,
            path,
        };
        let mut event = self.core.event::<ReadSecret>(caller, &at);
        let done: Step<_> = async {
            let event = &mut event;
            let found = self
                .core
                .seams
                .store
                .read()
                .await?
                .secrets()
                .find_latest(&at)
                .await?;
            self.give_out(at, found, known, caller, event).await
        }
        .await;
        self.core.settle(event, done).await
    }

    /// Gives out one version of a path.
    ///
    /// # Errors
    /// As for [`Secrets::reveal`]; 404 for a number that never was.
    pub async fn reveal_version(
        &self,
        vault: VaultId,
        path: SecretPath,
        number: VersionNumber,
        caller: &Caller,
    ) -> Result<Revealed, Refusal> {
        let at = SecretAt {
            org: caller.org(),
            vault,
            path,
        };
        let mut event = self
            .core
            .event::<ReadSecret>(caller, &at)
            .with("version", number.get());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &self.core.seams.store;
            let found = store
                .read()
                .await?
                .secrets()
                .find_version(&at, number)
                .await?;
            let given = self
                .give_out(at, found, &Known::Nothing, caller, event)
                .await?;
            given.given().ok_or_else(|| Refusal::NotFound.into())
        }
        .await;
        self.core.settle(event, done).await
    }

    async fn give_out(
        &self,
        at: SecretAt,
        found: Found,
        known: &Known,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Reading> {
        let core = &*self.core;
        let now = core.now();
        let found = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
        let seen = (found.epoch, Facts::vault(found.vault.as_ref()));
        let access = core
            .gate
            .judge::<ReadSecret>(&core.seams.store, caller, at, seen, now)
            .await?;
        let row = found
            .row
            .and_then(|row| row.open(&access))
            .ok_or(Refusal::NotFound)?;
        event.resource = AuditResource::new(ResourceKind::Secret, &row.version.secret);
        access.may_reveal(&row.version.kind)?;
        event
            .details
            .insert("version".to_owned(), row.version.number.get().into());
        match row.version.state(now) {
            VersionState::Readable => {}
            state => return Err(Refusal::Gone(state).into()),
        }
        let number = row.version.number;
        if known.covers(number) {
            let mut event = event.clone().with("not_modified", true);
            if let (Some(usage), Some(row)) = (&mut event.usage, &caller.request.metered) {
                usage.status = row.unchanged;
            }
            let unchanged = Reading::Unchanged(number);
            return Ok(core.journal.record(event).await?.covers(unchanged));
        }
        let revealed = self.open_counted(&access, row, event).await?;
        Ok(Reading::Given(Box::new(revealed)))
    }

    /// Opens first and counts after: a broken envelope costs no count, and nothing leaves before
    /// the receipt.
    async fn open_counted(
        &self,
        access: &Access<ReadSecret>,
        row: SealedVersion,
        event: &AuditEvent,
    ) -> Step<Revealed> {
        let core = &*self.core;
        let mut version = row.version;
        let place = Place {
            at: access.on(),
            secret: version.secret,
            number: version.number,
        };
        let provider = &*core.keys.provider;
        let value = core
            .keys
            .vaults
            .open(provider, &row.vault_key, &place, &row.envelope)
            .await?;
        let value = value.into_utf8()?;
        let read = CountedRead::of(access, version.id);
        let receipt = core.journal.record_read(event.clone(), read).await?;
        version.access_count += 1;
        Ok(Revealed {
            version,
            value,
            _on_disk: receipt,
        })
    }
}
