//! How an invitation comes to the person.

use crate::Refusal;
use crate::core::Core;
use crate::mail::{Message, Post, Posted};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Invite, InviteId};
use oneclaw_policy::{Access, InviteMember};
use oneclaw_storage::{MailSubject, Tx};

/// What is waiting to tell of an invitation.
pub(super) const fn about(invite: InviteId) -> MailSubject {
    MailSubject::Invite(invite.uuid())
}

/// The mail of an invitation.
pub(super) struct Sending {
    /// The invitation's token.
    pub(super) token: SecretText,
    /// The invitation that this one takes the place of.
    pub(super) earlier: Option<InviteId>,
    /// Whether the address has an account in another organization.
    pub(super) elsewhere: bool,
}

/// Posts an invitation with its unit of work, in the place of the one before. Who has an account
/// already is told that, and gets no token. Where mail does not reach people by itself, the link is
/// given back for the inviter to pass on; where it does, the token is in the mail alone.
pub(super) async fn send(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<InviteMember>,
    invite: &Invite,
    sending: Sending,
) -> Result<(Option<SecretText>, Posted), Refusal> {
    if let Some(earlier) = sending.earlier {
        tx.outbox().cancel(about(earlier), core.now()).await?;
    }
    let org = tx.orgs().find(access.in_org()).await?;
    let org = org.ok_or(Refusal::NotFound)?;
    let inviter = tx
        .members()
        .lock(access.in_org(), invite.invited_by)
        .await?;
    let inviter = inviter.ok_or(Refusal::NotFound)?;
    let (org_name, inviter_name) = (
        org.name.as_str().to_owned(),
        inviter.display_name.as_str().to_owned(),
    );
    let base = &core.settings.public_url;
    let link = format!("{base}/accept-invite?token={}", sending.token.expose());
    let link = (!invite.mailed).then(|| SecretText::new(link));
    let message = if sending.elsewhere {
        Message::InvitedElsewhere {
            org_name,
            inviter_name,
        }
    } else {
        Message::Invitation {
            org_name,
            inviter_name,
            role: invite.role.as_str().to_owned(),
            token: sending.token,
            expires_at: invite.expires_at,
        }
    };
    let post = Post::new(&invite.email, &message)
        .about(about(invite.id))
        .not_after(invite.expires_at);
    Ok((link, core.post(tx, post).await?))
}
