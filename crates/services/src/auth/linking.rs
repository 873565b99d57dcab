//! An account is tied to somebody whom an issuer vouches for, or made for them.

use super::google::{BY_ISSUER, Vouched, is_taken};
use super::join::{invited, join, standing_invite};
use super::opening::LoginOutcome;
use super::service::Auth;
use super::signup::{insert, name_or_local_part, new_account, welcome};
use crate::Refusal;
use crate::core::{Core, Step};
use crate::mail::{EntryMessage, Message, Post};
use crate::settings::SignupMode;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, OrgName, Principal, User,
};
use oneclaw_policy::{Access, Account, Action, LinkIdentity, SignUp, SystemReason};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// Whoever made the account did not show that the address is theirs: to tie it to the person who has
/// the address would leave both in it.
const UNPROVED: Refusal = Refusal::Conflict(
    "An account with this e-mail exists whose address was never proved. Set a new password by mail (forgot-password) first; then log in this way again",
);
/// The address went to somebody else at the issuer, or the account belongs to somebody else there.
const OF_ANOTHER: Refusal =
    Refusal::Conflict("The account with this e-mail belongs to another person at this issuer");

/// Ties an account with the vouched address to who was vouched for, once and for all. Its owner
/// hears of it by mail. Where it was tied or changed meanwhile nothing is done.
///
/// It is safe where both sides proved the same address: whoever made the account by a mail to it, and
/// the issuer by its own means.
pub(super) async fn link(
    core: &Core,
    vouched: &Vouched,
    found: &User,
    request: &AuditRequest,
) -> Step<()> {
    if !found.email_verified {
        return Err(UNPROVED.into());
    }
    let identity = &vouched.who.identity;
    let access = linking(found);
    let account = access.in_account();
    let mut tx = core.seams.store.begin().await?;
    // exclusive, so that of two at once one is tied
    tx.orgs().lock(found.org, LockMode::Exclusive).await?;
    let Some((user, _)) = tx.users().lock(account).await? else {
        return Ok(());
    };
    if user.email != vouched.who.email || !user.email_verified {
        return Ok(());
    }
    if tx.identities().account_of(identity).await?.is_some() {
        return Ok(());
    }
    if tx.identities().is_linked(&access, &identity.issuer).await? {
        return Err(OF_ANOTHER.into());
    }
    let tied = tx.identities().insert(&access, identity, core.now()).await;
    if is_taken(&tied) {
        return Ok(());
    }
    tied?;
    let told = Message::Entry(EntryMessage::IdentityLinked {
        display_name: user.display_name.as_str().to_owned(),
        issuer: identity.issuer.clone(),
    });
    let _posted = core.post(&mut *tx, Post::new(&user.email, &told)).await?;
    let event = core
        .bare_event(
            LinkIdentity::NAME,
            Some(user.org),
            Actor::Principal(Principal::User(user.id)),
            AuditResource::user(user.id),
            request,
        )
        .with("issuer", identity.issuer.as_str());
    tx.commit(event).await?.yields(()).into_inner();
    Ok(())
}

fn linking(user: &User) -> Access<LinkIdentity> {
    let account = Account {
        org: user.org,
        user: user.id,
    };
    Access::system(account, SystemReason::IdentityProved)
}

impl Auth {
    /// Makes an account for who was vouched for: without a password, its address proved, in the
    /// organization that invites it or in one of its own.
    pub(super) async fn join_by_issuer(
        &self,
        vouched: &Vouched,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        let mut done = event.clone();
        let mut tx = core.seams.store.begin().await?;
        let made = make(core, &mut *tx, vouched, &mut done).await;
        event.org = done.org;
        let (access, user, org) = made?;
        let (identity, now) = (&vouched.who.identity, core.now());
        let tied = tx.identities().insert(&linking(&user), identity, now).await;
        if is_taken(&tied) {
            return Err(OF_ANOTHER.into());
        }
        tied?;
        done.org = Some(user.org);
        let _posted = welcome(core, &mut *tx, &access, &user, &org).await?;
        let outcome = core
            .first_factor(&mut *tx, &user, BY_ISSUER, request, &mut done)
            .await?;
        Ok(tx.commit(done).await?.yields(outcome))
    }
}

async fn make(
    core: &Core,
    tx: &mut dyn Tx,
    vouched: &Vouched,
    event: &mut AuditEvent,
) -> Step<(Access<SignUp>, User, OrgName)> {
    let who = &vouched.who;
    let name = name_or_local_part(who.display_name.clone(), &who.email)?;
    if let Some(invite) = standing_invite(core, tx, &who.email).await? {
        if core.signup_mode() == SignupMode::Closed {
            return Err(Refusal::SignupClosed.into());
        }
        let user = by_issuer(invited(core, name, &invite));
        let (access, org) = join(core, tx, (&invite, &user), None, event).await?;
        return Ok((access, user, org));
    }
    let (org, user) = new_account(core, who.email.clone(), name)?;
    let user = by_issuer(user);
    let new = (&org, &user);
    let access = insert(core, tx, new, None, vouched.may_be_first, event).await?;
    Ok((access, user, org.name))
}

/// The issuer says that the address was proved.
fn by_issuer(user: User) -> User {
    User {
        auth_method: AuthMethod::Google,
        email_verified: true,
        ..user
    }
}
