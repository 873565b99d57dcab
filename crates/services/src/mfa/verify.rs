//! A login is finished with a code.

use super::Mfa;
use super::check::{WRONG_CODE, kind};
use crate::auth::{Admitted, CHALLENGE_LABEL, CHALLENGE_PREFIX, Factors, Tokens, proved};
use crate::core::{Step, Stop, boxed};
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, MfaCode, OrgId, ProofKind,
    ResourceKind, User, UserId,
};
use oneclaw_policy::{Access, Account, Action, EndSession, InAccount, LogIn, SystemReason};
use oneclaw_storage::{LockMode, Proof, Recorded, Tx};

/// One answer for a wrong code, and for a token that is unknown, expired, spent or tried too often.
const WRONG: Refusal = Refusal::Unauthenticated(AuthFailure::SecondFactor);

/// A code, and the token of the login that asks for it, as somebody claims them.
pub struct VerifyMfaCommand {
    /// The token.
    pub token: SecretText,
    /// The code.
    pub code: MfaCode,
}

impl Mfa {
    /// Logs a person in whose first factor was proved before.
    ///
    /// # Errors
    /// [`AuthFailure::SecondFactor`]; too many wrong codes of this account, or requests from this
    /// client.
    pub async fn verify(
        &self,
        _admitted: Admitted,
        command: VerifyMfaCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<Tokens>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done = boxed(self.try_verify(&command, &mut event, request)).await;
        self.core.settle(event, done).await
    }

    async fn try_verify(
        &self,
        command: &VerifyMfaCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<Tokens>> {
        let core = &*self.core;
        let text = command.token.expose();
        if !token_shape(CHALLENGE_PREFIX, text) {
            return Err(WRONG.into()); // costs no query: no login gave it out
        }
        let hash = core.keys.lookup_hash(CHALLENGE_LABEL, text);
        let user = self.who_is_asked(&hash, event).await?;
        let tries = core.code_tries(&user, request).await?;
        tries.count(core).await?;
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let (user, proof) = self.question(&mut *tx, (user.org, user.id), &hash).await?;
        let account = of((user.org, user.id));
        if !core.use_code(&mut *tx, account, &command.code).await? {
            let event = event.clone().with("code", kind(&command.code));
            return Err(count_failure(tx, account, &hash, event).await);
        }
        if !tx
            .proofs()
            .spend(account, ProofKind::Challenge, &hash)
            .await?
        {
            return Err(WRONG.into());
        }
        let factors = Factors {
            method: method(&proof)?,
            second: true,
            reason: SystemReason::SecondFactorProved,
        };
        let (tokens, session) = core.open_login(&mut *tx, &user, factors, request).await?;
        let access = proved(&user, factors.reason);
        let event = core
            .login_event(access.on(), request)
            .with("method", factors.method.as_str())
            .with("second_factor", kind(&command.code))
            .with("session_id", session.to_string());
        let opened = tx.commit(event).await?.yields(tokens);
        tries.clear(core).await;
        Ok(opened)
    }

    /// Whose login asks, if it still does: nothing is counted where no code is looked at.
    async fn who_is_asked(&self, hash: &[u8; 32], event: &mut AuditEvent) -> Step<User> {
        let mut tx = self.core.seams.store.begin().await?;
        let found = tx.proofs().account_of(ProofKind::Challenge, hash).await?;
        let (org, user) = found.ok_or(WRONG)?;
        event.org = Some(org);
        event.resource = AuditResource::user(user);
        let (user, _) = self.question(&mut *tx, (org, user), hash).await?;
        Ok(user)
    }

    /// A question that stands, and whom it asks, as they are today; both are locked.
    async fn question(
        &self,
        tx: &mut dyn Tx,
        (org, user): (OrgId, UserId),
        hash: &[u8; 32],
    ) -> Step<(User, Proof)> {
        let account = of((org, user));
        tx.orgs().lock(org, LockMode::Shared).await?.ok_or(WRONG)?;
        let (user, _) = tx.users().lock(account).await?.ok_or(WRONG)?;
        let proofs = tx.proofs();
        let found = proofs.lock(account, ProofKind::Challenge, hash).await?;
        let now = self.core.now();
        let stands = |proof: &Proof| proof.expires_at > now && proof.failures < ProofKind::TRIES;
        Ok((user, found.filter(stands).ok_or(WRONG)?))
    }
}

/// The account of somebody who is about to prove that it is theirs.
fn of((org, user): (OrgId, UserId)) -> InAccount {
    let on = Account { org, user };
    Access::<LogIn>::system(on, SystemReason::SecondFactorProved).in_account()
}

/// What the first factor was.
fn method(proof: &Proof) -> Step<AuthMethod> {
    let method = proof.about.as_deref().map(AuthMethod::parse);
    Ok(method.and_then(Result::ok).ok_or(WRONG)?)
}

/// Counts a wrong code against the question, in one commit with its event.
async fn count_failure(
    mut tx: Box<dyn Tx>,
    account: InAccount,
    hash: &[u8; 32],
    event: AuditEvent,
) -> Stop {
    let counted: Step<()> = async {
        tx.proofs()
            .count_failure(account, ProofKind::Challenge, hash)
            .await?;
        tx.commit(event.denied(WRONG_CODE))
            .await?
            .yields(())
            .into_inner();
        Ok(())
    }
    .await;
    match counted {
        Ok(()) => Stop {
            refusal: WRONG,
            recorded: true,
        },
        Err(stop) => stop,
    }
}
