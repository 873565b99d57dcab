//! Who shares is told that it was read, if they wish.

use crate::Refusal;
use crate::core::Core;
use crate::mail::{Message, Post, ShareMessage};
use oneclaw_domain::{
    Actor, AuditRequest, AuditResource, Principal, Recipient, ResourceKind, Share, UserId,
};
use oneclaw_policy::{Access, AccessShare, ShareAt, SystemReason};
use oneclaw_storage::{AttemptKey, LockMode};
use std::time::Duration;
use tokio::time::timeout;

/// One mail about a share in so many seconds, however often it is read.
const FOLDED: i64 = 600;
/// How long a reader waits for it at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// Posts the notice of a read that was counted. The value is the reader's by then: what fails here,
/// or takes too long, is for the log.
pub(super) async fn tell_maker(core: &Core, share: &Share, reader: Actor, request: &AuditRequest) {
    match timeout(PATIENCE, try_tell(core, share, reader, request)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "could not tell who shares that it was read"
        ),
        Err(_) => tracing::warn!("it took too long to tell who shares that it was read"),
    }
}

async fn try_tell(
    core: &Core,
    share: &Share,
    reader: Actor,
    request: &AuditRequest,
) -> Result<(), Refusal> {
    if !share.notifies {
        return Ok(());
    }
    let store = &core.seams.store;
    let Some(user) = whom(core, share).await? else {
        return Ok(());
    };
    if reader == Actor::Principal(Principal::User(user)) {
        return Ok(()); // they know
    }
    let (now, id) = (core.now(), share.id.to_string());
    let key = AttemptKey(core.keys.lookup_hash("attempts share notice", &id));
    if store.attempts_so_far(key, now).await? > 0 {
        return Ok(()); // most reads end here, and hold nothing
    }
    let on = ShareAt {
        org: share.org,
        share: share.id,
        maker: share.created_by,
    };
    let access: Access<AccessShare> = Access::system(on, SystemReason::ShareRead);
    let mut tx = store.begin().await?;
    tx.orgs().lock(share.org, LockMode::Shared).await?;
    let told = tx.outbox().count_mail(key, now, i64::MAX, FOLDED).await?;
    if told.count > 1 {
        return Ok(());
    }
    let maker = tx.members().lock(access.in_org(), user).await?;
    // an address that nobody proved may be a stranger's, who asked for no mail
    let Some(maker) = maker.filter(|maker| maker.email_verified) else {
        return Ok(());
    };
    let message = Message::Share(ShareMessage::Read {
        display_name: maker.display_name.as_str().to_owned(),
        path: share.path.as_str().to_owned(),
        reader: described(&share.recipient),
        address: request.ip.map(|ip| ip.to_canonical().to_string()),
        reads: share.access_count,
        at: now,
    });
    let _posted = core
        .post(&mut *tx, Post::new(&maker.email, &message))
        .await?;
    let resource = AuditResource::new(ResourceKind::Share, &share.id);
    let (org, actor) = (Some(share.org), Actor::System);
    let mut event = core.bare_event("share.notify", org, actor, resource, request);
    event.usage = None; // that is the read's
    tx.commit(event).await?.yields(()).into_inner();
    Ok(())
}

/// The person who shares, or the one behind the agent that does.
async fn whom(core: &Core, share: &Share) -> Result<Option<UserId>, Refusal> {
    match share.created_by {
        Principal::User(user) => Ok(Some(user)),
        Principal::Agent(agent) => {
            let mut reader = core.seams.store.read().await?;
            let found = reader.access().agent_owner(share.org, agent).await?;
            Ok(found.and_then(|found| found.1?.created_by))
        }
    }
}

fn described(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Link => "Somebody who has the link".to_owned(),
        Recipient::Email(email) => email.as_str().to_owned(),
        Recipient::User(_) | Recipient::Creator(_) => "The person it is for".to_owned(),
        Recipient::Agent(_) => "The agent it is for".to_owned(),
    }
}
