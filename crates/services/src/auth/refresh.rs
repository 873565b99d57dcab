//! The next token of a session.

use super::service::Auth;
use super::session::{REFRESH_LABEL, Tokens, proved};
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::{AuthFailure, FieldError, Refusal};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, Principal, ResourceKind, Scopes, Session,
};
use oneclaw_policy::{
    Access, Account, Action, CredentialKind, EndSession, ReadProfile, RefreshSession, SystemReason,
};
use oneclaw_storage::{CredentialRef, LockMode, Recorded, RefreshToken, Tx};

impl Auth {
    /// Spends a refresh token for a new pair. One that was spent before ends its session: either
    /// its owner or a thief has the newer one.
    ///
    /// # Errors
    /// [`AuthFailure::RefreshToken`], [`AuthFailure::RefreshReuse`].
    pub async fn refresh(
        &self,
        token: SecretText,
        request: &AuditRequest,
    ) -> Result<Recorded<Tokens>, Refusal> {
        let resource = AuditResource::new(ResourceKind::Session, "anonymous");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done = self.try_refresh(token, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_refresh(
        &self,
        token: SecretText,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Tokens>> {
        const UNKNOWN: Refusal = Refusal::Unauthenticated(AuthFailure::RefreshToken);
        let core = &*self.core;
        if !token_shape("ort_", token.expose()) {
            return Err(UNKNOWN.into());
        }
        let hash = core.keys.lookup_hash(REFRESH_LABEL, token.expose());
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let org = tx.sessions().refresh_org(&hash).await?.ok_or(UNKNOWN)?;
        // a token that comes back spent ends its session, which is a change of access
        tx.orgs().lock(org, LockMode::Exclusive).await?;
        let found = tx
            .sessions()
            .lock_refresh(org, &hash)
            .await?
            .ok_or(UNKNOWN)?;
        event.org = Some(org);
        event.actor = Actor::Principal(Principal::User(found.user.id));
        event.resource = AuditResource::new(ResourceKind::Session, &found.session.id);
        if found.spent {
            return self.end_stolen(tx, &found, event.clone()).await;
        }
        let now = core.now();
        if found.session_revoked || found.expires_at <= now || found.session.expires_at <= now {
            return Err(UNKNOWN.into());
        }
        boxed(self.rotate(tx, hash, found, event.clone())).await
    }

    async fn rotate(
        &self,
        mut tx: Box<dyn Tx>,
        hash: [u8; 32],
        found: RefreshToken,
        mut event: AuditEvent,
    ) -> Step<Recorded<Tokens>> {
        let core = &*self.core;
        let (user, session) = (found.user, found.session);
        let access = proved(&user, SystemReason::RefreshTokenProved);
        tx.sessions()
            .spend_refresh(&access, &hash, core.now())
            .await?;
        let refresh = core.add_refresh(&mut *tx, &user, &session).await?;
        let ttl = core.settings.user_token_ttl;
        let (access_token, expires_in) = core.mint(&session, &user, &Scopes::default(), ttl)?;
        let refresh_token = Some(refresh);
        let tokens = Tokens {
            access_token,
            expires_in,
            refresh_token,
            user: user.id,
            org: user.org,
        };
        event.action = RefreshSession::NAME;
        Ok(tx.commit(event).await?.yields(tokens))
    }

    async fn end_stolen(
        &self,
        mut tx: Box<dyn Tx>,
        found: &RefreshToken,
        event: AuditEvent,
    ) -> Step<Recorded<Tokens>> {
        let account = Account {
            org: found.user.org,
            user: found.user.id,
        };
        let access = Access::<EndSession>::system(account, SystemReason::RefreshTokenReused);
        tx.sessions()
            .end(&access, found.session.id, self.core.now())
            .await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        let reuse = AuthFailure::RefreshReuse;
        tx.commit(event.denied(reuse.reason()))
            .await?
            .yields(())
            .into_inner();
        Err(crate::core::Stop {
            refusal: Refusal::Unauthenticated(reuse),
            recorded: true,
        })
    }

    /// A fresh token of the caller's own session, with the rights of today.
    ///
    /// # Errors
    /// The caller is an agent, or came with an API key or a token from one: that is exchanged again
    /// instead.
    pub async fn refresh_own(&self, caller: &Caller) -> Result<Tokens, Refusal> {
        let mut event = self.core.event::<RefreshSession>(caller, &caller.account());
        let done = self.try_refresh_own(caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_refresh_own(&self, caller: &Caller, event: &mut AuditEvent) -> Step<Tokens> {
        let core = &*self.core;
        let store = &core.seams.store;
        let now = core.now();
        core.keys.keep_up(store, now).await?;
        if caller.agent().is_some() {
            core.gate.confirm(store, caller, now).await?;
            return Err(exchange_again().into());
        }
        let (access, known) = core
            .gate
            .judge_alone::<RefreshSession>(store, caller, caller.account(), now)
            .await?;
        if known.session.as_ref().is_some_and(|facts| facts.logged_out) {
            return Err(Refusal::Unauthenticated(AuthFailure::Revoked).into());
        }
        let session = match (&caller.credential, &known.session) {
            (CredentialRef::Token { session, .. }, Some(facts))
                if known.standing.credential != CredentialKind::ApiKey =>
            {
                Session {
                    id: *session,
                    org: access.org(),
                    user: caller.account().user,
                    method: facts.method,
                    second_factor: facts.second_factor,
                    api_key: None,
                    auth_time: facts.auth_time,
                    expires_at: facts.expires_at,
                }
            }
            _ => return Err(exchange_again().into()),
        };
        let (profile, _) = core
            .gate
            .judge_alone::<ReadProfile>(store, caller, caller.account(), now)
            .await?;
        let profile = store
            .read()
            .await?
            .users()
            .profile(&profile)
            .await?
            .ok_or(Refusal::NotFound)?;
        let ttl = core.settings.user_token_ttl;
        let (access_token, expires_in) =
            core.mint(&session, &profile.user, &Scopes::default(), ttl)?;
        let event = event.clone().with("session_id", session.id.to_string());
        let (user, org) = (profile.user.id, profile.user.org);
        let tokens = Tokens {
            access_token,
            expires_in,
            refresh_token: None,
            user,
            org,
        };
        Ok(core.journal.record(event).await?.covers(tokens))
    }
}

fn exchange_again() -> Refusal {
    Refusal::Invalid(vec![FieldError {
        field: "authorization".to_owned(),
        reason: "Exchange the API key again".to_owned(),
    }])
}
