//! A sign-up becomes an account by its own link.

use super::attempts::Counter;
use super::join::{invited, join, standing_invite};
use super::mail_proof::dead_token;
use super::opening::{Factors, LoginOutcome};
use super::service::Auth;
use super::signup::{insert, new_account, welcome};
use super::verify_email::BesideToken;
use crate::Refusal;
use crate::core::{Core, Step};
use crate::settings::SignupMode;
use oneclaw_domain::{AuditEvent, AuditRequest, AuthMethod, OrgName, User};
use oneclaw_policy::{Access, SignUp, SystemReason};
use oneclaw_storage::{PendingSignup, Recorded, Tx};

impl Auth {
    /// Makes the account with the password that was given with this very sign-up, or with the one
    /// that came beside the token in its place: with an organization of its own, or in the one that
    /// invites its address.
    pub(super) async fn activate(
        &self,
        (signup, token_hash): (PendingSignup, &[u8; 32]),
        (beside, tries): (&BesideToken, &Counter),
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        if signup.expires_at <= core.now() {
            return Err(dead_token().into());
        }
        let account = (Some(signup.password_hash.as_str()), &signup.email);
        let fresh = self.weigh(beside, tries, account).await?;
        let mut tx = core.seams.store.begin().await?;
        let signup = tx.signups().lock(token_hash).await?;
        let mut signup = signup.ok_or_else(dead_token)?;
        if let Some(fresh) = fresh {
            // from its first moment on, whoever signed up has no password of it
            signup.password_hash = fresh;
            event.details.insert("taken_over".to_owned(), true.into());
        }
        if tx.users().find_by_email(&signup.email).await?.is_some() {
            return Err(dead_token().into());
        }
        let made = make(core, &mut *tx, &signup, event).await;
        let (access, user, org) = made.map_err(if_taken_meanwhile)?;
        event.org = Some(user.org);
        event.details.insert("signup".to_owned(), true.into());
        let _posted = welcome(core, &mut *tx, &access, &user, &org).await?;
        let factors = Factors {
            method: AuthMethod::Password,
            second: false,
            reason: SystemReason::SignUp,
        };
        let outcome = core
            .first_factor(&mut *tx, &user, factors, request, event)
            .await?;
        Ok(tx.commit(event.clone()).await?.yields(outcome))
    }
}

async fn make(
    core: &Core,
    tx: &mut dyn Tx,
    signup: &PendingSignup,
    event: &mut AuditEvent,
) -> Step<(Access<SignUp>, User, OrgName)> {
    let hash = Some(signup.password_hash.as_str());
    let name = signup.display_name.clone();
    let invite = standing_invite(core, tx, &signup.email).await?;
    if let Some(invite) = invite {
        if core.signup_mode() == SignupMode::Closed {
            return Err(Refusal::SignupClosed.into());
        }
        let user = proved(invited(core, name, &invite));
        let (access, org) = join(core, tx, (&invite, &user), hash, event).await?;
        return Ok((access, user, org));
    }
    let (org, user) = new_account(core, signup.email.clone(), name)?;
    let user = proved(user);
    let access = insert(core, tx, (&org, &user), hash, signup.may_be_first, event).await?;
    Ok((access, user, org.name))
}

/// Who has the token of the link has read the mail.
fn proved(user: User) -> User {
    User {
        email_verified: true,
        ..user
    }
}

/// Of several links of one address, followed at once, one makes the account.
fn if_taken_meanwhile(stop: crate::core::Stop) -> crate::core::Stop {
    match stop.refusal {
        Refusal::Conflict(_) => dead_token().into(),
        _ => stop,
    }
}
