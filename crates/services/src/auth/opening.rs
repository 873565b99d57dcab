//! What comes of a proved first factor: a session, or the question for the second one.

use super::session::{Opening, Tokens, proved};
use crate::Refusal;
use crate::core::Core;
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, Principal, ProofKind, Scopes,
    SessionId, User,
};
use oneclaw_policy::{Account, Action, AskSecondFactor, LogIn, SystemReason};
use oneclaw_storage::{NewProof, Tx};

/// What begins a token that asks for the second factor.
pub(crate) const CHALLENGE_PREFIX: &str = "mfa_";
/// The label under which those tokens are hashed.
pub(crate) const CHALLENGE_LABEL: &str = "mfa challenge";

/// What a login came to.
#[derive(Debug)]
pub enum LoginOutcome {
    /// The person is logged in.
    Tokens(Tokens),
    /// Their second factor is asked for.
    SecondFactor(Challenge),
}

/// The question for a second factor.
#[derive(Debug)]
pub struct Challenge {
    /// With what it is answered, once.
    pub token: SecretText,
    /// How long it stands, in seconds.
    pub expires_in: i64,
}

/// What a login was proved by.
#[derive(Clone, Copy)]
pub(crate) struct Factors {
    /// The first factor.
    pub(crate) method: AuthMethod,
    /// Whether the second one was proved too.
    pub(crate) second: bool,
    /// Why the account is opened.
    pub(crate) reason: SystemReason,
}

impl Core {
    /// The event of somebody who proved who they are.
    pub(crate) fn login_event(&self, account: &Account, request: &AuditRequest) -> AuditEvent {
        let actor = Actor::Principal(Principal::User(account.user));
        let resource = AuditResource::user(account.user);
        let event = self.bare_event(LogIn::NAME, Some(account.org), actor, resource, request);
        // a request that brings its credential along has an event of its own
        AuditEvent {
            usage: None,
            ..event
        }
    }

    /// Every road to a session but API keys comes by here: opens one where the account asks for no
    /// second factor, else asks for it. The organization is locked, and `event`, which says what
    /// came of it, goes into the same commit.
    pub(crate) async fn first_factor(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        factors: Factors,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Result<LoginOutcome, Refusal> {
        event
            .details
            .insert("method".to_owned(), factors.method.as_str().into());
        let account = proved(user, factors.reason).in_account();
        if !tx.second_factors().is_asked_for(account).await? {
            let (tokens, session) = self.open_login(tx, user, factors, request).await?;
            let session = session.to_string();
            event
                .details
                .insert("session_id".to_owned(), session.into());
            return Ok(LoginOutcome::Tokens(tokens));
        }
        let token = random_token(CHALLENGE_PREFIX)?;
        let (now, ttl) = (self.now(), ProofKind::Challenge.ttl());
        let proof = NewProof {
            kind: ProofKind::Challenge,
            hash: self.keys.lookup_hash(CHALLENGE_LABEL, token.expose()),
            about: Some(factors.method.as_str().to_owned()),
            created_at: now,
            expires_at: now.plus_seconds(ttl),
        };
        tx.proofs().insert(account, &proof).await?;
        event.action = AskSecondFactor::NAME; // nobody is inside yet
        Ok(LoginOutcome::SecondFactor(Challenge {
            token,
            expires_in: ttl,
        }))
    }

    /// Opens a session with its tokens, and remembers where it was opened from.
    pub(crate) async fn open_login(
        &self,
        tx: &mut dyn Tx,
        user: &User,
        factors: Factors,
        request: &AuditRequest,
    ) -> Result<(Tokens, SessionId), Refusal> {
        let access = proved(user, factors.reason);
        let address = self.login_address(request);
        tx.users()
            .remember_address(&access, &address, self.now())
            .await?;
        let opening = Opening {
            method: factors.method,
            reason: factors.reason,
            second_factor: factors.second,
            api_key: None,
            not_beyond: None,
        };
        let session = self.open_session(tx, user, &opening).await?;
        let refresh = self.add_refresh(tx, user, &session).await?;
        let ttl = self.settings.user_token_ttl;
        let (access_token, expires_in) = self.mint(&session, user, &Scopes::default(), ttl)?;
        let tokens = Tokens {
            access_token,
            expires_in,
            refresh_token: Some(refresh),
            user: user.id,
            org: user.org,
        };
        Ok((tokens, session.id))
    }
}
