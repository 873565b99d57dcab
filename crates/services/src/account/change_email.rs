//! A person gives their account another address: a code goes there, and has to come back.

use super::Accounts;
use crate::Refusal;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Core, Step, boxed};
use crate::mail::{AccountMessage, Message, Post, Posted};
use oneclaw_crypto::{SecretText, random};
use oneclaw_domain::{AuditEvent, Email, Invalid, ProofKind, User, UserId};
use oneclaw_policy::ChangeEmail;
use oneclaw_storage::{LockMode, MailSubject, NewProof, Recorded, Tx};

/// How many codes there are: six digits (contract 5).
const CODES: u64 = 1_000_000;

/// A code was mailed.
#[derive(Debug)]
pub struct EmailChangeAsked {
    /// Where to.
    pub new_email: Email,
    /// How long it stands, in seconds.
    pub expires_in: i64,
}

impl Accounts {
    /// Mails a code to the address that the caller's account shall have, in the place of an earlier
    /// one. An address that another account has gets a mail that says so, one that too many were
    /// asked for gets none, and the caller hears the same.
    ///
    /// # Errors
    /// The account has this address, and it was proved; too many requests.
    pub async fn change_email(
        &self,
        new_email: Email,
        caller: &Caller,
    ) -> Result<Recorded<EmailChangeAsked>, Refusal> {
        let event = self.core.event::<ChangeEmail>(caller, &caller.account());
        let event = event.with("step", "asked");
        let done = boxed(self.try_change_email(new_email, caller, &event)).await;
        self.core.settle(event, done).await
    }

    async fn try_change_email(
        &self,
        new_email: Email,
        caller: &Caller,
        event: &AuditEvent,
    ) -> Step<Recorded<EmailChangeAsked>> {
        let core = &*self.core;
        let (now, store) = (core.now(), &core.seams.store);
        // judged first, so that only who may ask uses up the account's tries
        let _may_ask = core
            .gate
            .judge_alone::<ChangeEmail>(store, caller, caller.account(), now)
            .await?;
        let whose = caller.principal().to_string();
        Counter::new(
            core,
            "email change of",
            &whose,
            core.settings.password_mails,
        )
        .count(core)
        .await?;
        // guesses are bounded for the address, too: accounts to guess from cost nothing
        let limit = core.settings.password_mails;
        let to_address = Counter::new(core, "email change to", new_email.as_str(), limit);
        let may_mail = to_address.is_over(core).await?.is_none();
        let mut tx = store.begin().await?;
        let (on, mode) = (caller.account(), LockMode::Shared);
        let access = core
            .gate
            .judge_in::<ChangeEmail>(&mut *tx, caller, on, mode, now)
            .await?;
        let account = access.in_account();
        let found = tx.users().lock(account).await?;
        let (user, _) = found.ok_or(Refusal::NotFound)?;
        if user.email_verified && user.email == new_email {
            let own = Invalid::new("is your address already");
            return Err(Refusal::field("new_email", &own).into());
        }
        let (kind, code) = (ProofKind::EmailChange, new_code()?);
        let proof = NewProof {
            kind,
            hash: code_hash(core, user.id, &new_email, code.expose()),
            about: Some(new_email.as_str().to_owned()),
            created_at: now,
            expires_at: now.plus_seconds(kind.ttl()),
        };
        tx.proofs().void(account, &[kind]).await?;
        let _posted = if may_mail {
            let posted = mail(core, &mut *tx, (&user, &new_email), code, &proof).await?;
            if posted.leaves() {
                // a code that nobody was sent is there to be guessed alone
                tx.proofs().insert(account, &proof).await?;
            }
            Some(posted)
        } else {
            None
        };
        let asked = EmailChangeAsked {
            new_email,
            expires_in: kind.ttl(),
        };
        Ok(tx.commit(event.clone()).await?.yields(asked))
    }
}

async fn mail(
    core: &Core,
    tx: &mut dyn Tx,
    (user, new_email): (&User, &Email),
    code: SecretText,
    proof: &NewProof,
) -> Step<Posted> {
    let owner = tx.users().find_by_email(new_email).await?;
    let message = match owner.filter(|owner| owner.id != user.id) {
        Some(owner) => AccountMessage::EmailChangeTaken {
            display_name: owner.display_name.as_str().to_owned(),
        },
        None => AccountMessage::EmailChangeCode {
            display_name: user.display_name.as_str().to_owned(),
            code,
            expires_at: proof.expires_at,
        },
    };
    let message = Message::Account(message);
    let post = Post::new(new_email, &message)
        .about(MailSubject::Proof(user.id.uuid()))
        .not_after(proof.expires_at);
    Ok(core.post(tx, post).await?)
}

/// Six digits from the system's generator. Of 2^64 numbers each code gets as many as any other, but
/// for one in ten billions.
fn new_code() -> Result<SecretText, Refusal> {
    let number = u64::from_be_bytes(*random::<8>()?) % CODES;
    Ok(SecretText::new(format!("{number:06}")))
}

/// A code is worth something to this account and for this address alone.
pub(super) fn code_hash(core: &Core, user: UserId, new_email: &Email, code: &str) -> [u8; 32] {
    let text = format!("{user} {new_email} {code}");
    core.keys.lookup_hash("email change", &text)
}
