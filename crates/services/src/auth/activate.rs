//! A sign-up becomes an account by its own link.

use super::join::{invited, join, standing_invite};
use super::login::password_tries;
use super::mail_proof::dead_token;
use super::opening::{Factors, LoginOutcome};
use super::service::Auth;
use super::signup::{insert, new_account, welcome};
use crate::core::{Core, Step};
use crate::settings::SignupMode;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, AuditRequest, AuthMethod, OrgName, PasswordInput, User};
use oneclaw_policy::{Access, SignUp, SystemReason};
use oneclaw_storage::{PendingSignup, Recorded, Tx};

impl Auth {
    /// Makes the account with the password that was given with this very sign-up: with an
    /// organization of its own, or in the one that invites its address.
    pub(super) async fn activate(
        &self,
        (signup, token_hash): (PendingSignup, &[u8; 32]),
        password: Option<&PasswordInput>,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        if signup.expires_at <= core.now() {
            return Err(dead_token().into());
        }
        if let Some(password) = password {
            let hash = Some(signup.password_hash.as_str());
            self.fits(password, hash, &signup.email).await?;
        }
        let mut tx = core.seams.store.begin().await?;
        let signup = tx.signups().lock(token_hash).await?;
        let signup = signup.ok_or_else(dead_token)?;
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

    /// Checks a password that came beside a mailed token: it is no free guess.
    pub(super) async fn fits(
        &self,
        password: &PasswordInput,
        hash: Option<&str>,
        email: &oneclaw_domain::Email,
    ) -> Step<()> {
        let core = &*self.core;
        let tries = password_tries(core, email, None);
        tries.count(core).await?;
        let text = SecretText::new(password.expose().to_owned());
        let verdict = match hash {
            Some(hash) => core.hasher.verify(text, hash).await?,
            None => core.hasher.verify_nothing(text).await?,
        };
        if !verdict.matches {
            return Err(Refusal::Unauthenticated(AuthFailure::Credentials).into());
        }
        Ok(tries.clear(core).await?)
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
        if core.settings.signup_mode == SignupMode::Closed {
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
