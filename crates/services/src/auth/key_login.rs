//! A personal API key is exchanged for a token.

use super::attempts::guesses;
use super::service::Auth;
use super::session::{API_KEY_LABEL, Opening, Tokens, proved};
use crate::core::Step;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, Principal, ResourceKind,
};
use oneclaw_policy::{Action, EndSession, SystemReason};
use oneclaw_storage::{ApiKeyLogin, LockMode, Recorded};

/// A personal API key, as somebody shows it.
pub struct KeyLoginCommand {
    /// The whole key.
    pub api_key: SecretText,
}

impl Auth {
    /// Exchanges a personal API key for a token, which ends with the key at the latest.
    ///
    /// # Errors
    /// [`AuthFailure::ApiKey`] for keys that are unknown, revoked or expired; too many tries.
    pub async fn key_login(
        &self,
        command: KeyLoginCommand,
        request: &AuditRequest,
    ) -> Result<Recorded<Tokens>, Refusal> {
        let resource = AuditResource::new(ResourceKind::ApiKey, "unknown");
        let mut event =
            self.core
                .bare_event(EndSession::NAME, None, Actor::Anonymous, resource, request);
        let done: Step<_> = async {
            let event = &mut event;
            self.try_key_login(command, event, request).await
        }
        .await;
        self.core.settle(event, done).await
    }

    async fn try_key_login(
        &self,
        command: KeyLoginCommand,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<Tokens>> {
        let core = &*self.core;
        let text = command.api_key.expose();
        if !token_shape("1ck_", text) {
            // costs no query: it is no key of any person
            let failure = if token_shape("ocv_", text) {
                AuthFailure::AgentKey
            } else {
                AuthFailure::ApiKey
            };
            return Err(Refusal::Unauthenticated(failure).into());
        }
        let Some(ApiKeyLogin { key, user }) = self.find_key(text, event).await? else {
            guesses(core, request).count(core).await?;
            return Err(Refusal::Unauthenticated(AuthFailure::ApiKey).into());
        };
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let access = proved(&user, SystemReason::KeyProved);
        let mut tx = core.seams.store.begin().await?;
        tx.orgs().lock(user.org, LockMode::Shared).await?;
        let who = Principal::User(user.id);
        core.gate
            .admits(tx.access(), user.org, who, request.ip)
            .await?;
        tx.api_keys().touch(&access, key.id, core.now()).await?;
        let opening = Opening {
            method: AuthMethod::ApiKey,
            reason: SystemReason::KeyProved,
            second_factor: false,
            api_key: Some(key.id),
            not_beyond: key.expires_at,
        };
        let session = core.open_session(&mut *tx, &user, &opening).await?;
        let ttl = core.settings.key_token_ttl;
        let (access_token, expires_in) = core.mint(&session, &user, &key.scopes, ttl)?;
        let tokens = Tokens {
            access_token,
            expires_in,
            refresh_token: None,
            user: user.id,
            org: user.org,
        };
        let event = core
            .login_event(access.on(), request)
            .with("method", "api_key")
            .with("key_id", key.id.to_string())
            .with("session_id", session.id.to_string());
        Ok(tx.commit(event).await?.yields(tokens))
    }

    /// The living key with this text.
    async fn find_key(&self, text: &str, event: &mut AuditEvent) -> Step<Option<ApiKeyLogin>> {
        let hash = self.core.keys.lookup_hash(API_KEY_LABEL, text);
        let found = self
            .core
            .seams
            .store
            .read()
            .await?
            .api_keys()
            .find_by_hash(&hash)
            .await?;
        if let Some(found) = &found {
            event.org = Some(found.user.org);
            event.resource = AuditResource::new(ResourceKind::ApiKey, &found.key.id);
        }
        let now = self.core.now();
        Ok(found.filter(|found| found.key.is_active(now)))
    }
}
