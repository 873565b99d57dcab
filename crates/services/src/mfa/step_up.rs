//! A fresh proof of who somebody is, for what a stolen session must not do (contract 3.6).

use crate::Refusal;
use crate::access::{Caller, Known};
use crate::core::{Core, Step};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{AuditEvent, PasswordInput, ProofKind, StepUpPurpose, Timestamp};
use oneclaw_policy::{Account, Action, CredentialKind, InAccount};
use oneclaw_storage::{Proof, Tx};

/// What begins a token that says who somebody is.
pub(super) const STEP_UP_PREFIX: &str = "rat_";
/// The label under which those tokens are hashed.
pub(super) const STEP_UP_LABEL: &str = "step-up token";
/// How old a login may be that needs no other proof, in seconds (contract 3.6).
const FRESH: i64 = 600;

/// How a caller proves who they are. What a token is worth is found out where it is spent.
pub(crate) struct Confirmation(By);

enum By {
    /// A token, by its hash.
    Token([u8; 32]),
    /// The password, by the hash that it was checked against.
    Password(Option<String>),
    /// A login that is fresh.
    Login,
}

impl Confirmation {
    /// One word for events.
    pub(crate) const fn by(&self) -> &'static str {
        match self.0 {
            By::Token(_) => "token",
            By::Password(_) => "password",
            By::Login => "login",
        }
    }
}

impl Core {
    /// The first half: what the caller showed in `X-Auth-Confirm`, or else how fresh their login
    /// is. Whatever is shown must be right, however fresh that is. Outside of the unit of work,
    /// because checking a password takes long.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`]; too many passwords.
    pub(crate) async fn confirm<A: Action<On = Account>>(
        &self,
        caller: &Caller,
        shown: Option<&SecretText>,
        event: &mut AuditEvent,
    ) -> Step<Confirmation> {
        let Some(shown) = shown else {
            return self.confirm_by_login::<A>(caller).await;
        };
        if let Some(hash) = self.step_up_hash(shown) {
            return Ok(Confirmation(By::Token(hash)));
        }
        if shown.expose().starts_with(STEP_UP_PREFIX) {
            return Err(Refusal::StepUpNeeded.into()); // a token cut short is no try of a password
        }
        let person = self.person::<A>(caller).await?;
        let password = PasswordInput::parse(shown.expose());
        let password = password.map_err(|_| Refusal::StepUpNeeded)?;
        if person.asks_code {
            return Err(Refusal::StepUpNeeded.into()); // a password alone no longer says who
        }
        self.check_password(&person, &password, &caller.request, event)
            .await?;
        Ok(Confirmation(By::Password(person.password_hash)))
    }

    /// The hash of what has the shape of a token.
    pub(super) fn step_up_hash(&self, shown: &SecretText) -> Option<[u8; 32]> {
        let text = shown.expose();
        let is_token = token_shape(STEP_UP_PREFIX, text);
        is_token.then(|| self.keys.lookup_hash(STEP_UP_LABEL, text))
    }

    async fn confirm_by_login<A: Action<On = Account>>(
        &self,
        caller: &Caller,
    ) -> Step<Confirmation> {
        let now = self.now();
        let (_, known) = self
            .gate
            .judge_alone::<A>(&self.seams.store, caller, caller.account(), now)
            .await?;
        if is_fresh(&known, now) {
            Ok(Confirmation(By::Login))
        } else {
            Err(Refusal::StepUpNeeded.into())
        }
    }

    /// The second half, inside the unit of work that does what was asked: a token is spent with it,
    /// and a password must still be the account's. The organization is locked.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`].
    pub(crate) async fn step_up(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        purpose: StepUpPurpose,
        confirmation: &Confirmation,
    ) -> Step<()> {
        let holds = match &confirmation.0 {
            By::Token(hash) => self.spend_step_up(tx, account, purpose, hash).await?,
            By::Password(checked) => {
                let found = tx.users().lock(account).await?;
                let is_same = found.is_some_and(|(_, today)| today == *checked);
                is_same && !tx.second_factors().is_asked_for(account).await?
            }
            By::Login => true,
        };
        if holds {
            Ok(())
        } else {
            Err(Refusal::StepUpNeeded.into())
        }
    }

    /// Spends a token; tells whether it stood, and was for this.
    pub(super) async fn spend_step_up(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        purpose: StepUpPurpose,
        hash: &[u8; 32],
    ) -> Step<bool> {
        let (kind, now) = (ProofKind::StepUp, self.now());
        let found = tx.proofs().lock(account, kind, hash).await?;
        let is_for = |proof: &Proof| {
            let about = proof.about.as_deref();
            about.is_none_or(|about| about == purpose.as_str())
        };
        if !found.is_some_and(|proof| proof.expires_at > now && is_for(&proof)) {
            return Ok(false);
        }
        Ok(tx.proofs().spend(account, kind, hash).await?)
    }
}

/// Whether somebody logged in just now. A key has no login, and a device's is somebody else's.
fn is_fresh(known: &Known, now: Timestamp) -> bool {
    let is_login = known.standing.credential == CredentialKind::Login;
    let session = known.session.as_ref();
    is_login && session.is_some_and(|session| now.seconds() - session.auth_time.seconds() <= FRESH)
}
