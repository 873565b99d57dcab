//! A person makes an account by an invitation, in the organization that invites.

use super::service::Auth;
use super::session::Tokens;
use super::signup::{SignupCommand, insert_user, name_or_local_part};
use crate::Refusal;
use crate::core::{Core, Step};
use crate::invites::INVITE_LABEL;
use crate::mail::{Message, Post, Posted};
use crate::settings::SignupMode;
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{AuditEvent, AuditRequest, AuthMethod, Invite, OrgId, User, UserId};
use oneclaw_policy::{Access, Account, SignUp, SystemReason};
use oneclaw_storage::{LockMode, MailSubject, Recorded, Tx};

impl Auth {
    /// Joins the inviting organization with the role of the invitation, whatever else is asked for.
    ///
    /// An invitation that never was, was used, was taken back or ran out is told alike.
    pub(super) async fn try_join(
        &self,
        command: &SignupCommand,
        token: &SecretText,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<Tokens>> {
        let core = &*self.core;
        if core.settings.signup_mode == SignupMode::Closed {
            return Err(Refusal::SignupClosed.into());
        }
        if !token_shape("", token.expose()) {
            return Err(Refusal::NotFound.into()); // costs no query and no hash
        }
        let token = core.keys.lookup_hash(INVITE_LABEL, token.expose());
        let mut reader = core.seams.store.read().await?;
        let org = reader.invites().org_of(&token).await?;
        drop(reader);
        let org = org.ok_or(Refusal::NotFound)?; // costs no hash
        let password = SecretText::new(command.password.expose().to_owned());
        let hash = core.hasher.hash(password).await?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let invite = open_invite(core, &mut *tx, org, &token, event).await?;
        if invite.email != command.email {
            return Err(Refusal::InvitedOther.into());
        }
        let user = invited(core, command, &invite)?;
        let account = Account {
            org: user.org,
            user: user.id,
        };
        let access = Access::<SignUp>::system(account, SystemReason::SignUp);
        if !tx.invites().accept(access.in_org(), invite.id).await? {
            return Err(Refusal::NotFound.into());
        }
        let mail = MailSubject::Invite(invite.id.uuid());
        tx.outbox().cancel(mail, core.now()).await?;
        insert_user(&mut *tx, &access, &user, &hash, event).await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        let _posted = welcome(core, &mut *tx, &access, &user).await?;
        let tokens = self.first_session(&mut *tx, &user, request).await?;
        let event = event
            .clone()
            .with("invite_id", invite.id.to_string())
            .with("role", user.role.as_str());
        Ok(tx.commit(event).await?.yields(tokens))
    }
}

async fn welcome(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<SignUp>,
    user: &User,
) -> Step<Posted> {
    let org = tx.orgs().find(access.in_org()).await?;
    let org = org.ok_or(Refusal::NotFound)?;
    let welcome = Message::Welcome {
        display_name: user.display_name.as_str().to_owned(),
        org_name: org.name.as_str().to_owned(),
    };
    Ok(core.post(tx, Post::new(&user.email, &welcome)).await?)
}

/// The invitation with this token, locked with its organization, if it may still be accepted.
async fn open_invite(
    core: &Core,
    tx: &mut dyn Tx,
    org: OrgId,
    token_hash: &[u8; 32],
    event: &mut AuditEvent,
) -> Step<Invite> {
    // exclusive, because who joins changes who may do what
    tx.orgs().lock(org, LockMode::Exclusive).await?;
    let invite = tx.invites().lock(org, token_hash).await?;
    let invite = invite.ok_or(Refusal::NotFound)?;
    event.org = Some(org);
    if invite.expires_at <= core.now() {
        return Err(Refusal::NotFound.into());
    }
    // nobody gives what they do not hold, at the moment at which it is taken
    let giver = tx.access().member_role(org, invite.invited_by).await?;
    if giver.is_some_and(|giver| giver.may_give(invite.role)) {
        Ok(invite)
    } else {
        Err(Refusal::NotFound.into())
    }
}

fn invited(core: &Core, command: &SignupCommand, invite: &Invite) -> Result<User, Refusal> {
    Ok(User {
        id: core.id(UserId::from_uuid),
        org: invite.org,
        email: invite.email.clone(),
        display_name: name_or_local_part(command.display_name.clone(), &invite.email)?,
        auth_method: AuthMethod::Password,
        role: invite.role,
        // who has a token that went out by mail alone has read that mail
        email_verified: invite.mailed,
        marketing_emails: false,
        created_at: core.now(),
    })
}
