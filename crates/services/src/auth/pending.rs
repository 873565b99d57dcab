//! A sign-up whose address is to be proved first: nothing exists until its own link is followed.

use super::mail_proof::VERIFY_LABEL;
use super::service::Auth;
use super::signup::{SignupCommand, SignupOutcome, name_or_local_part};
use crate::core::{Core, Step};
use crate::mail::{AccountMessage, Message, Post, Posted};
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{AuditEvent, Email, OrgId, ProofKind, SignupId, User, UserId};
use oneclaw_policy::{Access, Account, SignUp, SystemReason, VerifyEmail};
use oneclaw_storage::{LockMode, MailSubject, PendingSignup, Recorded, Tx};
use uuid::Uuid;

impl Auth {
    /// Keeps the sign-up and mails its link; who has an account already gets a mail that says so.
    /// The answer and the work are the same, and so they are where the address was mailed too
    /// often: then nothing is kept.
    pub(super) async fn await_proof(
        &self,
        command: SignupCommand,
        may_be_first: bool,
        may_mail: bool,
        event: &AuditEvent,
    ) -> Step<Recorded<SignupOutcome>> {
        let core = &*self.core;
        let display_name = name_or_local_part(command.display_name, &command.email)?;
        let password = SecretText::new(command.password.expose().to_owned());
        let password_hash = core.hasher.hash(password).await?;
        let token = random_token("")?;
        let token_hash = core.keys.lookup_hash(VERIFY_LABEL, token.expose());
        let (now, ttl) = (core.now(), ProofKind::Verification.ttl());
        let signup = PendingSignup {
            id: core.id(SignupId::from_uuid),
            email: command.email,
            display_name,
            password_hash,
            may_be_first,
            created_at: now,
            expires_at: now.plus_seconds(ttl),
        };
        let mut tx = core.seams.store.begin().await?;
        let taken = tx.users().find_by_email(&signup.email).await?;
        let (state, _posted) = match taken {
            _ if !may_mail => ("left_out", None),
            Some(user) => {
                let posted = tell_owner(core, &mut *tx, &user).await?;
                ("taken", Some(posted))
            }
            None => {
                let posted = keep(core, &mut *tx, &signup, &token_hash, token).await?;
                ("waiting", Some(posted))
            }
        };
        let event = event.clone().with("state", state);
        Ok(tx.commit(event).await?.yields(SignupOutcome::Mailed))
    }
}

async fn keep(
    core: &Core,
    tx: &mut dyn Tx,
    signup: &PendingSignup,
    token_hash: &[u8; 32],
    token: SecretText,
) -> Step<Posted> {
    // an account that is not there yet
    let nobody = Account {
        org: core.id(OrgId::from_uuid),
        user: core.id(UserId::from_uuid),
    };
    let access = Access::<SignUp>::system(nobody, SystemReason::SignUp);
    tx.signups().insert(&access, signup, token_hash).await?;
    let message = Message::Account(AccountMessage::VerifyAddress {
        display_name: signup.display_name.as_str().to_owned(),
        token,
        expires_at: signup.expires_at,
    });
    let post = Post::new(&signup.email, &message)
        .about(waiting_links(core, &signup.email))
        .not_after(signup.expires_at);
    Ok(core.post(tx, post).await?)
}

/// What the mails of all sign-ups of one address are about: with the account that one of them makes,
/// the others are worth nothing. No account has this id, nor can it be told from that of one.
pub(super) fn waiting_links(core: &Core, email: &Email) -> MailSubject {
    let hash = core.keys.lookup_hash("waiting links", email.as_str());
    let bits = hash.iter().take(size_of::<u128>());
    let number = bits.fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    MailSubject::Proof(Uuid::from_u128(number))
}

/// Tells the owner of an account that somebody wanted to sign up with its address. Where that was
/// not proved yet, the mail has what proves it.
async fn tell_owner(core: &Core, tx: &mut dyn Tx, user: &User) -> Step<Posted> {
    tx.orgs().lock(user.org, LockMode::Shared).await?;
    if !user.email_verified {
        return core.mail_verification(tx, user).await;
    }
    let message = Message::Account(AccountMessage::AccountExists {
        display_name: user.display_name.as_str().to_owned(),
    });
    Ok(core.post(tx, Post::new(&user.email, &message)).await?)
}

impl Core {
    /// Mails an account what proves its address. The organization is locked.
    pub(super) async fn mail_verification(&self, tx: &mut dyn Tx, user: &User) -> Step<Posted> {
        let account = Account {
            org: user.org,
            user: user.id,
        };
        let access = Access::<VerifyEmail>::system(account, SystemReason::SignUp);
        let (account, kind) = (access.in_account(), ProofKind::Verification);
        let (token, expires_at) = self.add_mail_proof(tx, account, kind, &user.email).await?;
        let message = Message::Account(AccountMessage::VerifyAddress {
            display_name: user.display_name.as_str().to_owned(),
            token,
            expires_at,
        });
        let post = Post::new(&user.email, &message)
            .about(MailSubject::Proof(user.id.uuid()))
            .not_after(expires_at);
        Ok(self.post(tx, post).await?)
    }
}
