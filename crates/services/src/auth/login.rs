//! A person logs in with e-mail and password.

use super::admission::Admitted;
use super::attempts::address;
use super::opening::{Factors, LoginOutcome};
use super::password::password_tries;
use super::service::Auth;
use super::session::proved;
use crate::core::{Core, Step, Stop, boxed};
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, Email, PasswordInput, ResourceKind,
    User,
};
use oneclaw_policy::{Action, EndSession, SystemReason};
use oneclaw_storage::{LockMode, LoginCandidate, Recorded, Tx};

/// One answer for an unknown address and for a wrong password.
const WRONG: Refusal = Refusal::Unauthenticated(AuthFailure::Credentials);

/// E-mail and password, as somebody claims them.
pub struct LoginCommand {
    /// Which account.
    pub email: Email,
    /// Its password.
    pub password: PasswordInput,
}

impl Auth {
    /// Logs a person in, or asks for their second factor.
    ///
    /// # Errors
    /// [`AuthFailure::Credentials`] for an unknown address and for a wrong password, after the same
    /// work; the address is to be proved first; too many tries.
    pub async fn login(
        &self,
        _admitted: Admitted,
        command: LoginCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<LoginOutcome>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done: Step<_> = async {
            let event = &mut event;
            self.try_login(command, event, request).await
        }
        .await;
        self.core.settle(event, done).await
    }

    async fn try_login(
        &self,
        command: LoginCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        let from = address(request);
        let addresses = core.known_addresses(request);
        let mut found = self.find(&command.email, &addresses).await?;
        if let Some(candidate) = &found {
            event.org = Some(candidate.user.org);
            event.resource = AuditResource::user(candidate.user.id);
        }
        let known = found
            .as_ref()
            .is_some_and(|candidate| candidate.address_known);
        let tries = password_tries(core, &command.email, known.then_some(from.as_str()));
        tries.count(core).await?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        // once more, where the hash was replaced while the password was checked against it
        for _ in 0..2 {
            let checked = check(core, &command.password, found).await?;
            let opened = boxed(self.open(&checked, event, request)).await;
            match opened {
                Ok(None) => {}
                Ok(Some(outcome)) => {
                    tries.clear(core).await;
                    return Ok(outcome);
                }
                Err(stop) => {
                    if matches!(stop.refusal, Refusal::EmailUnverified) {
                        tries.clear(core).await;
                    }
                    return Err(stop);
                }
            }
            found = self.find(&command.email, &addresses).await?;
        }
        Err(WRONG.into())
    }

    async fn find(&self, email: &Email, addresses: &[[u8; 32]]) -> Step<Option<LoginCandidate>> {
        let mut reader = self.core.seams.store.read().await?;
        Ok(reader.users().find_for_login(email, addresses).await?)
    }

    /// Opens a session, unless the password that was checked is no longer the account's: a change
    /// of password ends the sessions that are there, so none of the old one may come after it.
    async fn open(
        &self,
        checked: &Checked,
        failed: &AuditEvent,
        request: &AuditRequest,
    ) -> Step<Option<Recorded<LoginOutcome>>> {
        let (core, user) = (&*self.core, &checked.user);
        let access = proved(user, SystemReason::PasswordProved);
        let mut tx = core.seams.store.begin().await?;
        tx.orgs().lock(user.org, LockMode::Shared).await?;
        if !tx.users().has_password(&access, &checked.hash).await? {
            return Ok(None);
        }
        if let Some(fresh) = &checked.fresh_hash {
            tx.users()
                .rehash_password(&access, &checked.hash, fresh)
                .await?;
        }
        if core.verifies_addresses() {
            let current = tx.users().lock(access.in_account()).await?;
            let unproved = current.filter(|(user, _)| !user.email_verified);
            if let Some((user, _)) = unproved {
                return Err(self.ask_for_proof(tx, &user, failed.clone()).await?);
            }
        }
        let mut event = core.login_event(access.on(), request);
        let factors = Factors {
            method: AuthMethod::Password,
            second: false,
            reason: SystemReason::PasswordProved,
        };
        let outcome = core
            .first_factor(&mut *tx, user, factors, request, &mut event)
            .await?;
        Ok(Some(tx.commit(event).await?.yields(outcome)))
    }

    /// Mails what proves the address to somebody who knows the password, and refuses them: there is
    /// no other way to ask for that mail once more.
    async fn ask_for_proof(
        &self,
        mut tx: Box<dyn Tx>,
        user: &User,
        failed: AuditEvent,
    ) -> Step<Stop> {
        let refusal = Refusal::EmailUnverified;
        let _posted = self.core.mail_verification(&mut *tx, user).await?;
        let reason = refusal.audit_reason().unwrap_or_default();
        tx.commit(failed.denied(reason))
            .await?
            .yields(())
            .into_inner();
        Ok(Stop {
            refusal,
            recorded: true,
        })
    }
}

/// An account whose password is right.
struct Checked {
    user: User,
    /// What the password was checked against.
    hash: String,
    /// What shall take its place, where it is of outdated cost.
    fresh_hash: Option<String>,
}

/// Checks a password with exactly one hash of current cost, whether there is an account or not;
/// also makes the new hash where the stored one is of outdated cost.
async fn check(
    core: &Core,
    password: &PasswordInput,
    found: Option<LoginCandidate>,
) -> Step<Checked> {
    let text = || SecretText::new(password.expose().to_owned());
    let found = found.and_then(|candidate| Some((candidate.user, candidate.password_hash?)));
    let Some((user, hash)) = found else {
        core.hasher.verify_nothing(text()).await?;
        return Err(WRONG.into());
    };
    let verdict = core.hasher.verify(text(), &hash).await?;
    if !verdict.matches {
        return Err(WRONG.into());
    }
    let fresh_hash = if verdict.needs_rehash {
        Some(core.hasher.hash(text()).await?)
    } else {
        None
    };
    Ok(Checked {
        user,
        hash,
        fresh_hash,
    })
}
