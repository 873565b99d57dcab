//! Tokens that are mailed to an account's address, and what they are worth when they come back.

use super::service::Auth;
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    AuditEvent, AuditRequest, AuditResource, Email, Invalid, OrgId, Principal, ProofKind,
    Timestamp, User, UserId,
};
use oneclaw_policy::{Access, Account, Action, InAccount, ReadProfile, SystemReason};
use oneclaw_storage::{LockMode, NewProof, Tx};

/// The label under which tokens that prove an address are hashed.
pub(super) const VERIFY_LABEL: &str = "email verification";
/// The label under which tokens that set a new password are hashed.
pub(super) const RESET_LABEL: &str = "password reset";

/// One answer for tokens that never were, were used, ran out, or are for something else.
pub(crate) fn dead_token() -> Refusal {
    Refusal::field("token", &Invalid::new("is invalid, expired or was used"))
}

/// An account that a token leads to, which stands and is locked with it.
pub(super) struct Opened<A: Action<On = Account>> {
    pub(super) access: Access<A>,
    pub(super) user: User,
    pub(super) password_hash: Option<String>,
}

impl<A: Action<On = Account>> Opened<A> {
    pub(super) const fn account(&self) -> InAccount {
        self.access.in_account()
    }
}

impl Core {
    /// Whether an account exists only once its address was proved.
    pub(crate) fn verifies_addresses(&self) -> bool {
        let chosen = self.runtime.in_force().require_email_verification;
        chosen.unwrap_or_else(|| self.seams.mailer.reaches_people())
    }

    /// Adds a token to mail to the account's address, which it is bound to. The organization is
    /// locked.
    pub(super) async fn add_mail_proof(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        kind: ProofKind,
        email: &Email,
    ) -> Result<(SecretText, Timestamp), Refusal> {
        let token = random_token("")?;
        let now = self.now();
        let expires_at = now.plus_seconds(kind.ttl());
        let proof = NewProof {
            kind,
            hash: self.keys.lookup_hash(label(kind), token.expose()),
            about: Some(email.as_str().to_owned()),
            created_at: now,
            expires_at,
        };
        tx.proofs().insert(account, &proof).await?;
        Ok((token, expires_at))
    }

    /// The account that a mailed token leads to, locked after its organization. As soon as it is
    /// known, `event` belongs to it.
    pub(super) async fn open_mail_proof<A: Action<On = Account>>(
        &self,
        tx: &mut dyn Tx,
        (kind, hash): (ProofKind, &[u8; 32]),
        mode: LockMode,
        event: &mut AuditEvent,
    ) -> Step<Opened<A>> {
        let found = tx.proofs().account_of(kind, hash).await?;
        let (org, user) = found.ok_or_else(dead_token)?;
        event.org = Some(org);
        event.resource = AuditResource::user(user);
        tx.orgs().lock(org, mode).await?;
        let access = Access::<A>::system(Account { org, user }, SystemReason::MailProved);
        let account = access.in_account();
        let found = tx.users().lock(account).await?;
        let (user, password_hash) = found.ok_or_else(dead_token)?;
        let proof = tx.proofs().lock(account, kind, hash).await?;
        let stands = proof.is_some_and(|proof| {
            proof.expires_at > self.now() && proof.about.as_deref() == Some(user.email.as_str())
        });
        if !stands {
            return Err(dead_token().into());
        }
        Ok(Opened {
            access,
            user,
            password_hash,
        })
    }
}

impl Auth {
    /// The caller whose access token came beside a mailed one, if it is of that very account. It
    /// can only keep what the mailed token alone would take away, so whatever is wrong with it is
    /// no fault.
    pub(super) async fn beside(
        &self,
        bearer: Option<&str>,
        (org, user): (OrgId, UserId),
        request: &AuditRequest,
    ) -> Step<Option<Caller>> {
        let Some(text) = bearer.filter(|text| !text.starts_with("1ck_")) else {
            return Ok(None);
        };
        if text.starts_with("ocv_") {
            return Ok(None);
        }
        let caller = match self.read(text, request).await {
            Ok(caller) => caller,
            Err(stop) if is_worthless(&stop.refusal) => return Ok(None),
            Err(stop) => return Err(stop),
        };
        let own = caller.org() == org && caller.principal() == Principal::User(user);
        Ok(Some(caller).filter(|_| own))
    }

    /// Whether that caller's session still lives, in the unit of work that asks; the organization
    /// is locked exclusively from then on.
    pub(super) async fn still_lives(
        &self,
        tx: &mut dyn Tx,
        caller: Option<&Caller>,
        now: Timestamp,
    ) -> Step<bool> {
        let Some(caller) = caller else {
            return Ok(false);
        };
        let (on, mode) = (caller.account(), LockMode::Exclusive);
        let judged = self
            .core
            .gate
            .judge_in::<ReadProfile>(tx, caller, on, mode, now)
            .await;
        match judged {
            Ok(_) => Ok(true),
            Err(refusal) if is_worthless(&refusal) => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

const fn label(kind: ProofKind) -> &'static str {
    match kind {
        ProofKind::Reset => RESET_LABEL,
        _ => VERIFY_LABEL,
    }
}

const fn is_worthless(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Unauthenticated(
            AuthFailure::InvalidToken | AuthFailure::Expired | AuthFailure::Revoked
        ) | Refusal::AddressDenied
            | Refusal::Denied(_)
            | Refusal::NotFound
    )
}
