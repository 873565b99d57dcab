//! A person makes an account by an invitation, in the organization that invites.

use super::service::Auth;
use super::signup::{SignupCommand, SignupOutcome, insert_user, name_or_local_part, welcome};
use crate::Refusal;
use crate::core::{Core, Step};
use crate::invites::INVITE_LABEL;
use crate::settings::SignupMode;
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    AuditEvent, AuditRequest, AuthMethod, DisplayName, Email, Invite, OrgId, OrgName, User, UserId,
};
use oneclaw_policy::{Access, Account, SignUp, SystemReason};
use oneclaw_storage::{LockMode, MailSubject, Recorded, Tx};

impl Auth {
    /// Joins the inviting organization with the role of the invitation, whatever else is asked for.
    ///
    /// An invitation that never was, was used, was taken back or ran out is told alike. `None` where
    /// the address is still to be proved: the link was passed on by hand.
    pub(super) async fn try_join(
        &self,
        command: &SignupCommand,
        token: &SecretText,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Option<Recorded<SignupOutcome>>> {
        let core = &*self.core;
        if core.signup_mode() == SignupMode::Closed {
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
        if core.verifies_addresses() {
            let mut tx = core.seams.store.begin().await?;
            let invite = open_invite(core, &mut *tx, org, &token, event).await?;
            is_for(&invite, &command.email)?;
            if !invite.mailed {
                return Ok(None);
            }
        }
        let password = SecretText::new(command.password.expose().to_owned());
        let hash = core.hasher.hash(password).await?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let invite = open_invite(core, &mut *tx, org, &token, event).await?;
        is_for(&invite, &command.email)?;
        let name = name_or_local_part(command.display_name.clone(), &invite.email)?;
        let user = invited(core, name, &invite);
        let (access, org_name) = join(core, &mut *tx, (&invite, &user), Some(&hash), event).await?;
        let _posted = welcome(core, &mut *tx, &access, &user, &org_name).await?;
        let tokens = self.first_session(&mut *tx, &user, request).await?;
        let done = tx.commit(event.clone()).await?;
        Ok(Some(done.yields(SignupOutcome::Tokens(tokens))))
    }
}

fn is_for(invite: &Invite, email: &Email) -> Result<(), Refusal> {
    if invite.email == *email {
        Ok(())
    } else {
        Err(Refusal::InvitedOther)
    }
}

/// Takes an invitation for a new account. The organization is locked exclusively.
pub(super) async fn join(
    core: &Core,
    tx: &mut dyn Tx,
    (invite, user): (&Invite, &User),
    hash: Option<&str>,
    event: &mut AuditEvent,
) -> Step<(Access<SignUp>, OrgName)> {
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
    insert_user(core, tx, (&access, user), hash, event).await?;
    tx.orgs().raise_epoch(access.in_org()).await?;
    let org = tx.orgs().find(access.in_org()).await?;
    let org = org.ok_or(Refusal::NotFound)?;
    let (id, role) = (invite.id.to_string(), user.role.as_str());
    event.details.insert("invite_id".to_owned(), id.into());
    event.details.insert("role".to_owned(), role.into());
    Ok((access, org.name))
}

/// Invitations of one address that are looked at: whose senders lost the right, or who were
/// removed, are among them.
const LOOKED_AT: i64 = 100;

/// The invitation by which an address that was proved joins, locked with its organization: the one
/// that stands, if who sent it may still give its role. Where several organizations invite it is
/// none: anybody may invite any address, so the person has to choose, by the token of a mail.
pub(super) async fn standing_invite(
    core: &Core,
    tx: &mut dyn Tx,
    email: &Email,
) -> Step<Option<Invite>> {
    let now = core.now();
    let standing = tx.invites().standing_for(email, now, LOOKED_AT).await?;
    let mut open = Vec::new();
    for invite in standing {
        if may_be_taken(tx, &invite).await? {
            open.push(invite);
        }
    }
    let [found] = open.as_slice() else {
        return Ok(None);
    };
    // exclusive, because who joins changes who may do what
    tx.orgs().lock(found.org, LockMode::Exclusive).await?;
    let invite = tx.invites().lock_by_id(found.org, found.id).await?;
    let Some(invite) = invite.filter(|invite| invite.expires_at > now) else {
        return Ok(None);
    };
    Ok(may_be_taken(tx, &invite).await?.then_some(invite))
}

/// Nobody gives what they do not hold, at the moment at which it is taken.
async fn may_be_taken(tx: &mut dyn Tx, invite: &Invite) -> Step<bool> {
    let giver = tx.access().member_role(invite.org, invite.invited_by);
    let giver = giver.await?;
    Ok(giver.is_some_and(|giver| giver.may_give(invite.role)))
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
    if may_be_taken(tx, &invite).await? {
        Ok(invite)
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// The account that an invitation makes.
pub(super) fn invited(core: &Core, display_name: DisplayName, invite: &Invite) -> User {
    User {
        id: core.id(UserId::from_uuid),
        org: invite.org,
        email: invite.email.clone(),
        display_name,
        auth_method: AuthMethod::Password,
        role: invite.role,
        // who has a token that went out by mail alone has read that mail
        email_verified: invite.mailed,
        marketing_emails: false,
        created_at: core.now(),
    }
}
