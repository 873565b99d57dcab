//! Passwords that are checked, and how often.

use super::attempts::{Counter, address};
use crate::Refusal;
use crate::core::{Core, Step};
use crate::settings::AttemptLimit;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, AuditRequest, Email, NewPassword, PasswordInput, User};
use oneclaw_policy::{Action, EndSession, SystemReason};
use oneclaw_storage::Tx;

/// The counter of an account's failed passwords. An address that the account knows has a counter of
/// its own, so that strangers cannot lock the owner out.
pub(super) fn password_tries(core: &Core, email: &Email, known_address: Option<&str>) -> Counter {
    let whose = match known_address {
        Some(address) => format!("{email} {address}"),
        None => email.to_string(),
    };
    Counter::new(core, "password", &whose, core.settings.failed_passwords)
}

/// The counter of passwords that came beside one mailed token. Who has that is no stranger: what
/// strangers do does not count here.
pub(super) fn tries_beside(core: &Core, token: &str) -> Counter {
    let limit: AttemptLimit = core.settings.failed_passwords;
    Counter::new(core, "password beside a token", token, limit)
}

impl Core {
    /// Whether this is the password behind a hash: after the same work where there is none.
    pub(super) async fn is_password(
        &self,
        shown: &PasswordInput,
        hash: Option<&str>,
    ) -> Result<bool, Refusal> {
        let text = SecretText::new(shown.expose().to_owned());
        let verdict = match hash {
            Some(hash) => self.hasher.verify(text, hash).await?,
            None => self.hasher.verify_nothing(text).await?,
        };
        Ok(verdict.matches)
    }

    /// Whether this is the password of an account whose owner proves once more who they are. It
    /// counts, and is told, as a failed login: a wrong one leaves `event` as that of one. Outside of
    /// any unit of work: hashing takes long, and nobody shall wait for it.
    ///
    /// # Errors
    /// Too many tries.
    pub(crate) async fn is_own_password(
        &self,
        shown: &PasswordInput,
        (email, hash): (&Email, Option<&str>),
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<bool> {
        let addresses = self.known_addresses(request);
        let known = self.knows(email, &addresses).await?;
        let from = address(request);
        let tries = password_tries(self, email, known.then_some(from.as_str()));
        let action = std::mem::replace(&mut event.action, EndSession::NAME);
        tries.count(self).await?;
        if !self.is_password(shown, hash).await? {
            return Ok(false);
        }
        event.action = action;
        tries.clear(self).await;
        Ok(true)
    }

    /// The hash of a password that an account shall have, if it keeps to the rule.
    pub(super) async fn new_password_hash(
        &self,
        field: &'static str,
        given: &PasswordInput,
        email: &Email,
    ) -> Step<String> {
        let new = NewPassword::parse(given.expose(), email)
            .map_err(|reason| Refusal::field(field, &reason))?;
        let text = SecretText::new(new.expose().to_owned());
        Ok(self.hasher.hash(text).await?)
    }

    /// Whether an account remembers one of these.
    pub(crate) async fn knows(&self, email: &Email, addresses: &[[u8; 32]]) -> Step<bool> {
        let mut reader = self.seams.store.read().await?;
        let found = reader.users().find_for_login(email, addresses).await?;
        Ok(found.is_some_and(|candidate| candidate.address_known))
    }

    /// Under what an account remembers the client's address once somebody logged in from there.
    pub(crate) fn login_address(&self, request: &AuditRequest) -> [u8; 32] {
        self.keys.lookup_hash("login address", &address(request))
    }

    /// Under what it remembers one from where a token from its mail came back. That is worth less:
    /// it takes strangers' wrong passwords out of the owner's way, and no wrong code.
    fn proof_address(&self, request: &AuditRequest) -> [u8; 32] {
        let from = address(request);
        self.keys.lookup_hash("mail proof address", &from)
    }

    /// Under what an account for whose password somebody is asked may remember their address.
    pub(super) fn known_addresses(&self, request: &AuditRequest) -> [[u8; 32]; 2] {
        [self.login_address(request), self.proof_address(request)]
    }

    /// Remembers from where a token from an account's mail came back.
    pub(super) async fn remember_proof(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        request: &AuditRequest,
    ) -> Result<(), Refusal> {
        let access = super::session::proved(user, SystemReason::MailProved);
        let address = self.proof_address(request);
        let remembered = tx
            .users()
            .remember_address(&access, &address, self.now())
            .await;
        Ok(remembered?)
    }
}
