//! What putting and rotating have in common: a new version of a path.

use crate::access::Caller;
use crate::core::{Core, Step};
use crate::keys::Place;
use crate::vaults::claim;
use crate::{FieldError, Precondition, Refusal};
use oneclaw_crypto::CmekKey;
use oneclaw_domain::{
    AuditEvent, AuditResource, MaxAccessCount, Metadata, Principal, Resource, ResourceKind,
    SecretId, SecretType, SecretVersion, Timestamp, VaultOwner, VersionId,
};
use oneclaw_policy::{Access, WriteSecret};
use oneclaw_storage::{NewVersion, Recorded, Reserved, Tx};

/// What a version shall be, but for its place.
pub(crate) struct Draft<'a> {
    pub(crate) value: &'a [u8],
    pub(crate) source: Source,
    /// `None` = the type the path has, else `generic`.
    pub(crate) kind: Option<SecretType>,
    pub(crate) metadata: Metadata,
    pub(crate) rotation_policy: Option<Metadata>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) max_access_count: Option<MaxAccessCount>,
}

/// Where a value comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// Somebody sent it, in this field.
    Field(&'static str),
    /// The server made it.
    Server,
}

/// A version that was written.
pub type Written = SecretVersion;

/// Whether a value that somebody sent has a length that may be kept; whoever's credential no longer
/// lives hears that first.
pub(super) async fn check_len(
    core: &Core,
    caller: &Caller,
    field: &'static str,
    len: usize,
) -> Step<()> {
    let max = core.settings.max_value_bytes;
    if (1..=max).contains(&len) {
        return Ok(());
    }
    core.gate
        .confirm(&core.seams.store, caller, core.now())
        .await?;
    Err(Refusal::Invalid(vec![FieldError {
        field: field.to_owned(),
        reason: format!("must be 1 to {max} bytes of UTF-8"),
    }])
    .into())
}

/// Writes a version in a unit of work and commits it with its event.
pub(super) async fn write(
    core: &Core,
    mut tx: Box<dyn Tx>,
    access: &Access<WriteSecret>,
    caller: &Caller,
    draft: Draft<'_>,
    precondition: &Precondition,
    event: &mut AuditEvent,
) -> Step<Recorded<Written>> {
    let reserved = tx
        .secrets()
        .reserve(access, core.id(SecretId::from_uuid), core.now())
        .await?;
    event.resource = AuditResource::new(ResourceKind::Secret, &reserved.secret);
    let live = reserved.live_before();
    precondition.check(live)?;
    if live.is_none() && is_counted(access.vault()) {
        claim(core, &mut *tx, access.in_org(), Resource::Secrets).await?;
    }
    let by = caller.principal();
    let version = add_version(core, &mut *tx, access, by, draft, reserved).await?;
    let written = written(access, &version);
    let event = event.clone().with("version", version.number.get());
    Ok(tx.commit(event).await?.yields(written))
}

/// Whether secrets of a vault count against the plan: those of the system's own do not (contract
/// 4.6).
pub(super) fn is_counted(vault: Option<&VaultOwner>) -> bool {
    vault.is_none_or(|vault| !vault.is_system)
}

/// Seals a value and adds it as the version that was reserved for it.
pub(crate) async fn add_version(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<WriteSecret>,
    by: Principal,
    draft: Draft<'_>,
    reserved: Reserved,
) -> Step<NewVersion> {
    let seal = tx
        .secrets()
        .vault_seal(access)
        .await?
        .ok_or(Refusal::NotFound)?;
    if seal.cmek.is_some() {
        check_encrypted(&draft)?;
    }
    let place = Place {
        at: access.on(),
        secret: reserved.secret,
        number: reserved.number,
    };
    let envelope = core
        .keys
        .vaults
        .seal(&*core.keys.provider, &seal.key, &place, draft.value)
        .await?;
    let version = NewVersion {
        cmek: seal.cmek,
        ..new_version(core, by, draft, reserved, envelope)
    };
    tx.secrets().insert_version(access, &version).await?;
    Ok(version)
}

/// Whether a value may come into a vault that has a customer's key: the form is all that the server
/// can look at.
fn check_encrypted(draft: &Draft<'_>) -> Result<(), Refusal> {
    let refused = |field: &str, reason: &str| {
        Err(Refusal::Invalid(vec![FieldError {
            field: field.to_owned(),
            reason: reason.to_owned(),
        }]))
    };
    match draft.source {
        Source::Field(_) if std::str::from_utf8(draft.value).is_ok_and(CmekKey::is_blob) => Ok(()),
        Source::Field(field) => refused(field, "Value must be CMEK-encrypted"),
        Source::Server => refused(
            "new_value",
            "Value must be CMEK-encrypted, so the server cannot make one: put one",
        ),
    }
}

fn new_version(
    core: &Core,
    by: Principal,
    draft: Draft<'_>,
    reserved: Reserved,
    envelope: Vec<u8>,
) -> NewVersion {
    let kind = draft
        .kind
        .or(reserved.kind_before)
        .unwrap_or_else(SecretType::generic);
    NewVersion {
        id: core.id(VersionId::from_uuid),
        secret: reserved.secret,
        number: reserved.number,
        kind,
        metadata: draft.metadata,
        rotation_policy: draft.rotation_policy,
        envelope,
        created_by: by,
        created_at: core.now(),
        expires_at: draft.expires_at,
        max_access_count: draft.max_access_count,
        cmek: None,
    }
}

fn written(access: &Access<WriteSecret>, version: &NewVersion) -> Written {
    SecretVersion {
        id: version.id,
        secret: version.secret,
        path: access.on().path.clone(),
        number: version.number,
        kind: version.kind.clone(),
        metadata: version.metadata.clone(),
        rotation_policy: version.rotation_policy.clone(),
        created_by: version.created_by,
        created_at: version.created_at,
        expires_at: version.expires_at,
        max_access_count: version.max_access_count,
        access_count: 0,
        disabled: false,
        deleted: false,
        cmek: version.cmek.clone(),
    }
}
