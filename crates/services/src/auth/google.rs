//! A person logs in by the word of an OpenID Connect issuer.

use super::admission::Admitted;
use super::attempts::{Counter, address};
use super::linking;
use super::opening::{Factors, LoginOutcome};
use super::service::Auth;
use crate::core::{Core, Step, boxed};
use crate::settings::AttemptLimit;
use crate::{AuthFailure, IdentityError, Refusal, VerifiedIdentity};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, OrgId, ResourceKind, UserId,
};
use oneclaw_policy::{Action, EndSession, LogIn, SignUp, SystemReason};
use oneclaw_storage::{LockMode, Recorded, StorageError, Tx};

/// A token by which an issuer says who somebody is.
pub struct IdTokenCommand {
    /// The token.
    pub id_token: SecretText,
    /// The nonce that the client gave the issuer: then the token must have it.
    pub nonce: Option<String>,
    /// The code that the start printed: the first account from beyond this machine needs it.
    pub setup_code: Option<SecretText>,
    /// Whether the request was passed on by a proxy, so that its address may be that one's.
    pub passed_on: bool,
}

/// Somebody whom an issuer vouches for, as the steps need it.
pub(super) struct Vouched {
    pub(super) who: VerifiedIdentity,
    /// Whether theirs may be the installation's first account.
    pub(super) may_be_first: bool,
}

/// What the word of an issuer proves.
pub(super) const BY_ISSUER: Factors = Factors {
    method: AuthMethod::Google,
    second: false,
    reason: SystemReason::IdentityProved,
};

impl Auth {
    /// Logs a person in by an issuer's word, or asks for their second factor. Who somebody is, is
    /// the issuer and their id there, never the address: that decides only what happens the first
    /// time. Then the account with that address is tied to them if its address was proved, and one
    /// is made where there is none.
    ///
    /// # Errors
    /// No issuer is configured; [`AuthFailure::IdToken`] for tokens that do not hold, without
    /// telling why; the issuer's keys cannot be had; the address is that of an account that is not
    /// theirs for sure; signup is closed; the first account without the code that it needs.
    pub async fn log_in_by_issuer(
        &self,
        _admitted: Admitted,
        command: IdTokenCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<LoginOutcome>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done = boxed(self.try_log_in_by_issuer(command, &mut event, request)).await;
        self.core.settle(event, done).await
    }

    async fn try_log_in_by_issuer(
        &self,
        command: IdTokenCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        let nonce = command.nonce.as_deref();
        let verified = core
            .seams
            .identities
            .verify(&command.id_token, nonce, core.now());
        let who = verified.await.map_err(told)?;
        *event = event.clone().with("issuer", who.identity.issuer.as_str());
        let setup_code = command.setup_code.as_ref();
        let may_be_first = self.may_be_first(setup_code, command.passed_on, request);
        // before the nonce is used up: whoever forgot the code sends the token again
        self.refuse_strange_first(may_be_first).await?;
        use_nonce(core, &who).await?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let vouched = Vouched { who, may_be_first };
        // again, where the account was made or tied meanwhile, or has been tied just now
        for _ in 0..3 {
            if let Some(outcome) = self.enter(&vouched, event, request).await? {
                return Ok(outcome);
            }
        }
        Err(Refusal::Conflict("The account is being changed: try again").into())
    }

    /// One step on the way in; `None` = look again.
    async fn enter(
        &self,
        vouched: &Vouched,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Option<Recorded<LoginOutcome>>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let known = tx.identities().account_of(&vouched.who.identity).await?;
        if let Some(account) = known {
            return boxed(self.enter_account(tx, account, event, request)).await;
        }
        let found = tx.users().find_by_email(&vouched.who.email).await?;
        drop(tx);
        let Some(user) = found else {
            event.action = SignUp::NAME;
            let limit = core.settings.signups;
            let from = Counter::new(core, "signup from", &address(request), limit);
            from.count(core).await?;
            return again(boxed(self.join_by_issuer(vouched, event, request)).await);
        };
        event.org = Some(user.org);
        event.resource = AuditResource::user(user.id);
        linking::link(core, vouched, &user, request).await?;
        Ok(None)
    }

    /// Logs in to an account that is tied to who was vouched for.
    async fn enter_account(
        &self,
        mut tx: Box<dyn Tx>,
        (org, user): (OrgId, UserId),
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Option<Recorded<LoginOutcome>>> {
        let core = &*self.core;
        let account = oneclaw_policy::Account { org, user };
        let mut done = core.login_event(&account, request);
        done.details.append(&mut event.details.clone());
        let access = oneclaw_policy::Access::<LogIn>::system(account, BY_ISSUER.reason);
        tx.orgs().lock(org, LockMode::Shared).await?;
        // removed since it was found: then nobody is tied to them any more
        let Some((user, _)) = tx.users().lock(access.in_account()).await? else {
            return Ok(None);
        };
        let outcome = core
            .first_factor(&mut *tx, &user, BY_ISSUER, request, &mut done)
            .await?;
        Ok(Some(tx.commit(done).await?.yields(outcome)))
    }
}

/// Of several at once with one address, or of one person, one makes the account, and the others
/// look again.
fn again(made: Step<Recorded<LoginOutcome>>) -> Step<Option<Recorded<LoginOutcome>>> {
    match made {
        Ok(outcome) => Ok(Some(outcome)),
        Err(stop) if matches!(stop.refusal, Refusal::Conflict(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// A nonce is good for one token, and a token with a nonce for one login, whether the client sends
/// the nonce along or not.
async fn use_nonce(core: &Core, who: &VerifiedIdentity) -> Step<()> {
    let Some(nonce) = &who.nonce else {
        return Ok(());
    };
    let left = who.expires_at.seconds() - core.now().seconds();
    let once = AttemptLimit {
        tries: 1,
        seconds: left.max(1),
    };
    let whose = format!("{} {nonce}", who.identity.issuer);
    let used = Counter::new(core, "nonce", &whose, once);
    match used.is_over(core).await? {
        None => Ok(()),
        Some(_) => Err(Refusal::Unauthenticated(AuthFailure::IdToken).into()),
    }
}

fn told(error: IdentityError) -> Refusal {
    match error {
        IdentityError::NotConfigured => {
            Refusal::NotConfigured("This server takes no id_token: no issuer is configured")
        }
        IdentityError::Invalid => Refusal::Unauthenticated(AuthFailure::IdToken),
        IdentityError::Unavailable(_) => Refusal::Unavailable(Box::new(error)),
    }
}

/// Whether a store says that something is there already.
pub(super) fn is_taken<T>(done: &Result<T, StorageError>) -> bool {
    matches!(done, Err(StorageError::Conflict(_)))
}
