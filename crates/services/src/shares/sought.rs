//! What is asked, in which order, before a share gives anything away: one road for reading it and
//! for looking at it.

use super::{Shares, maker, passphrase};
use crate::core::{Core, Step};
use crate::{Refusal, ShareEnd};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, Passphrase, ResourceKind, Share, ShareId,
    ShareState, Timestamp, VersionState,
};
use oneclaw_policy::{Access, AccessShare, Action, ReadSecret, may_receive};
use oneclaw_storage::{SealedVersion, SharedSecret};

/// Which share somebody wants to read.
#[derive(Debug)]
pub struct ReadShareCommand {
    /// The share; `None` = what was named is no id of anything.
    pub share: Option<ShareId>,
    /// The passphrase that they gave.
    pub passphrase: Option<Passphrase>,
}

/// A share that may be read now.
pub(super) struct Sought {
    pub(super) share: Share,
    /// The right of who shares.
    pub(super) access: Access<ReadSecret>,
    /// The newest version, still sealed.
    pub(super) row: SealedVersion,
    /// Whether its recipient reads, and not anybody who has the link.
    pub(super) by_recipient: bool,
}

impl Shares {
    /// Finds a share and asks everything but its count: who reads, from where, when, with which
    /// passphrase, and whether who shares still may read the secret. The order is that in which
    /// answers may be told.
    pub(super) async fn seek(
        &self,
        command: &ReadShareCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<Sought> {
        let core = &*self.core;
        let now = core.now();
        let found = find(core, command.share.ok_or(Refusal::NotFound)?).await?;
        event.org = Some(found.share.org);
        let reader = self.recipient(&found.share, bearer, request, event).await?;
        let list = found.share.ip_allowlist.as_ref();
        if list.is_some_and(|list| !list.admits(request.ip)) {
            return Err(Refusal::ShareAddressDenied.into());
        }
        stands(&found.share, now)?;
        if let Some(hash) = &found.passphrase_hash {
            let given = command.passphrase.as_ref();
            passphrase::check(core, &found.share, hash, given, request).await?;
        }
        let (found, access) = maker::right_of_today(core, found, request.ip).await?;
        let SharedSecret {
            share,
            vault,
            version,
            ..
        } = found;
        let row = version.open(&access).ok_or(Refusal::NotFound)?;
        if access.may_reveal(&row.version.kind).is_err() {
            return Err(Refusal::ShareEnded(ShareEnd::MakerLostAccess).into());
        }
        if let Some(reader) = &reader {
            may_receive(reader, &vault, &share.path, &row.version.kind)?;
        }
        match row.version.state(now) {
            VersionState::Readable => {}
            state => return Err(Refusal::ShareEnded(ShareEnd::Secret(state)).into()),
        }
        *event = about(event, &share, &row);
        Ok(Sought {
            share,
            access,
            row,
            by_recipient: reader.is_some(),
        })
    }
}

/// The event of somebody who wants to read a share, before it is known whose that is.
pub(super) fn event_of(
    core: &Core,
    command: &ReadShareCommand,
    request: &AuditRequest,
) -> AuditEvent {
    let resource = match command.share {
        Some(share) => AuditResource::new(ResourceKind::Share, &share),
        None => AuditResource::new(ResourceKind::Share, "malformed"),
    };
    core.bare_event(AccessShare::NAME, None, Actor::Anonymous, resource, request)
}

/// A share that was neither taken back nor refused.
pub(super) async fn find(core: &Core, share: ShareId) -> Result<SharedSecret, Refusal> {
    let mut reader = core.seams.store.read().await?;
    let found = reader.shares().find_to_read(share).await?;
    found
        .filter(|found| !found.share.declined)
        .ok_or(Refusal::NotFound)
}

fn stands(share: &Share, now: Timestamp) -> Result<(), Refusal> {
    match share.state(now) {
        ShareState::Pending | ShareState::Active => Ok(()),
        ShareState::Declined => Err(Refusal::NotFound),
        ShareState::Expired => Err(Refusal::ShareEnded(ShareEnd::Expired)),
        ShareState::Exhausted => Err(Refusal::ShareEnded(ShareEnd::UsedUp)),
    }
}

fn about(event: &AuditEvent, share: &Share, row: &SealedVersion) -> AuditEvent {
    event
        .clone()
        .with("secret_id", share.secret.to_string())
        .with("vault_id", share.vault.to_string())
        .with("path", share.path.as_str())
        .with("version", row.version.number.get())
}
