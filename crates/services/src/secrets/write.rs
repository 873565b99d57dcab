//! What putting and rotating have in common: a new version of a path.

use crate::access::Caller;
use crate::core::{Core, Step};
use crate::keys::Place;
use crate::vaults::claim;
use crate::{FieldError, Precondition, Refusal};
use oneclaw_domain::{
    AuditEvent, AuditResource, MaxAccessCount, Metadata, Resource, ResourceKind, SecretId,
    SecretType, SecretVersion, Timestamp, VersionId,
};
use oneclaw_policy::{Access, WriteSecret};
use oneclaw_storage::{NewVersion, Recorded, Reserved, Tx};

/// What a version shall be, but for its place.
pub(super) struct Draft<'a> {
    pub(super) value: &'a [u8],
    /// `None` = the type the path has, else `generic`.
    pub(super) kind: Option<SecretType>,
    pub(super) metadata: Metadata,
    pub(super) rotation_policy: Option<Metadata>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) max_access_count: Option<MaxAccessCount>,
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
    let now = core.now();
    let reserved = tx
        .secrets()
        .reserve(access, core.id(SecretId::from_uuid), now)
        .await?;
    event.resource = AuditResource::new(ResourceKind::Secret, &reserved.secret);
    let live = reserved.live_before();
    precondition.check(live)?;
    if live.is_none() {
        claim(&mut *tx, access.in_org(), Resource::Secrets).await?;
    }
    let key = tx
        .secrets()
        .vault_key(access)
        .await?
        .ok_or(Refusal::NotFound)?;
    let place = Place {
        at: access.on(),
        secret: reserved.secret,
        number: reserved.number,
    };
    let envelope = core
        .keys
        .vaults
        .seal(&*core.keys.provider, &key, &place, draft.value)
        .await?;
    let version = new_version(core, caller, draft, reserved, envelope, now);
    tx.secrets().insert_version(access, &version).await?;
    let written = written(access, &version);
    let event = event.clone().with("version", version.number.get());
    Ok(tx.commit(event).await?.yields(written))
}

fn new_version(
    core: &Core,
    caller: &Caller,
    draft: Draft<'_>,
    reserved: Reserved,
    envelope: Vec<u8>,
    now: Timestamp,
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
        created_by: caller.principal(),
        created_at: now,
        expires_at: draft.expires_at,
        max_access_count: draft.max_access_count,
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
    }
}
