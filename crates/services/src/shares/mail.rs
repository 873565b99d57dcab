//! How a share comes to an address.

use crate::Refusal;
use crate::core::Core;
use crate::mail::{Message, Post, Posted, ShareMessage};
use oneclaw_domain::{Principal, Share};
use oneclaw_policy::{Access, CreateShare};
use oneclaw_storage::{MailSubject, Tx};

/// Posts a share with its unit of work, where it is for an address. The mail holds no more than the
/// link: who opens it logs in, and must have proved that address.
pub(super) async fn send(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<CreateShare>,
    share: &Share,
) -> Result<Option<Posted>, Refusal> {
    let (Some(email), Principal::User(maker)) = (share.recipient.email(), share.created_by) else {
        return Ok(None);
    };
    let org = tx.orgs().find(access.in_org()).await?;
    let org = org.ok_or(Refusal::NotFound)?;
    let maker = tx.members().lock(access.in_org(), maker).await?;
    let maker = maker.ok_or(Refusal::NotFound)?;
    let message = Message::Share(ShareMessage::Shared {
        sharer_name: maker.display_name.as_str().to_owned(),
        org_name: org.name.as_str().to_owned(),
        share_id: share.id.to_string(),
        expires_at: share.expires_at,
    });
    let post = Post::new(email, &message)
        .about(MailSubject::Share(share.id.uuid()))
        .not_after(share.expires_at);
    Ok(Some(core.post(tx, post).await?))
}
