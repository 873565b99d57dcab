//! From the text behind `Bearer` to a caller.

use super::attempts::guesses;
use super::service::Auth;
use super::session::{AGENT_KEY_LABEL, API_KEY_LABEL};
use crate::access::Caller;
use crate::core::Step;
use crate::metering::refused;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{Claims, sha256, token_shape};
use oneclaw_domain::{
    Actor, AgentKeyId, AuditRequest, AuditResource, OrgId, Principal, ResourceKind, SessionId,
    Timestamp, TokenId,
};
use oneclaw_policy::Account;
use oneclaw_storage::{CredentialRef, LockMode};
use std::sync::Arc;

/// A credential that was found genuine. Whether it lives is asked anew with every request.
#[derive(Debug)]
pub(crate) struct Genuine {
    credential: CredentialRef,
    expires_at: Option<Timestamp>,
    /// The key that signed it, where it is a token.
    kid: Option<String>,
}

impl Genuine {
    /// A key itself.
    const fn key(credential: CredentialRef) -> Self {
        Self {
            credential,
            expires_at: None,
            kid: None,
        }
    }
}

const UNKNOWN: Refusal = Refusal::Unauthenticated(AuthFailure::ApiKey);

impl Auth {
    /// Reads a credential: an access token, or a personal API key itself.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] after the event of the failure is on disk;
    /// [`Refusal::QuotaSpent`] where it is known that what is asked for cannot be paid.
    pub async fn authenticate(
        &self,
        bearer: Option<&str>,
        request: AuditRequest,
    ) -> Result<Caller, Refusal> {
        let nobody = self.core.bare_event(
            "auth.failure",
            None,
            Actor::Anonymous,
            AuditResource::new(ResourceKind::Session, "anonymous"),
            &request,
        );
        let done: Step<_> = async {
            match bearer {
                None => Err(Refusal::Unauthenticated(AuthFailure::Missing).into()),
                Some(text) => self.read(text, &request).await,
            }
        }
        .await;
        let caller = self.core.settle(nobody, done).await?;
        if let Some(metered) = &caller.request.metered {
            // one request is one caller's, whoever looks again
            let _known = metered.org.set(caller.org());
        }
        self.core.refuse_unpaid(&caller).await?;
        Ok(caller)
    }

    /// Refuses a caller's input, which is told only to who is authenticated: their credential is
    /// held against the store, and the refusal is recorded with the status that it is answered.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] after the event of the failure is on disk.
    pub async fn refuse_input(&self, caller: &Caller, status: u16) -> Result<(), Refusal> {
        let mut event = self.core.bare_event(
            "request.invalid",
            Some(caller.org()),
            Actor::Principal(caller.principal()),
            caller.resource(),
            &caller.request,
        );
        let (core, now) = (&self.core, self.core.now());
        let confirmed: Step<_> =
            async { Ok(core.gate.confirm(&core.seams.store, caller, now).await?) }.await;
        core.settle(event.clone(), confirmed).await?;
        refused(&mut event, status);
        let told = core.journal.record(event.denied("invalid_input")).await;
        told.map_err(|failed| failed.refusal)?.covers(Ok(()))
    }

    /// Reads a credential without an event of its own: whoever asks has one.
    pub(crate) async fn read(&self, text: &str, request: &AuditRequest) -> Step<Caller> {
        let genuine = if text.starts_with("1ck_") {
            self.read_api_key(text, request).await?
        } else if text.starts_with("ocv_") {
            self.read_agent_key(text, request).await?
        } else {
            self.read_token(text).await?
        };
        Ok(Caller {
            credential: genuine.credential,
            token_expires_at: genuine.expires_at,
            request: request.clone(),
        })
    }

    async fn read_token(&self, text: &str) -> Step<Arc<Genuine>> {
        let digest = sha256(text.as_bytes());
        let now = self.core.now();
        if let Some(known) = self.tokens.get(&digest) {
            let ended = known.expires_at.is_some_and(|end| end <= now);
            let signed = known
                .kid
                .as_deref()
                .is_some_and(|kid| self.core.keys.verifies(kid, now));
            if !ended && signed {
                return Ok(known);
            }
            self.tokens.invalidate(&digest);
        }
        let issuer = &self.core.settings.public_url;
        let store = &self.core.seams.store;
        let (claims, kid) = self.core.keys.verify(store, text, issuer, now).await?;
        let genuine = Arc::new(genuine(&claims, kid)?);
        self.tokens.insert(digest, Arc::clone(&genuine));
        Ok(genuine)
    }

    async fn read_api_key(&self, text: &str, request: &AuditRequest) -> Step<Arc<Genuine>> {
        if !token_shape("1ck_", text) {
            return Err(UNKNOWN.into()); // costs no query: it is no key of anybody
        }
        let digest = sha256(text.as_bytes());
        if let Some(known) = self.api_keys.get(&digest) {
            return Ok(known);
        }
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
        let now = self.core.now();
        let Some(found) = found.filter(|found| found.key.is_active(now)) else {
            guesses(&self.core, request).count(&self.core).await?;
            return Err(UNKNOWN.into());
        };
        let (user, key) = (found.user, found.key);
        let credential = CredentialRef::ApiKey {
            org: user.org,
            user: user.id,
            key: key.id,
        };
        let genuine = Arc::new(Genuine::key(credential));
        if self.is_let_in(&credential, request).await? {
            self.note_use(&user, &key, request).await?;
            self.api_keys.insert(digest, Arc::clone(&genuine));
        }
        Ok(genuine)
    }

    async fn read_agent_key(&self, text: &str, request: &AuditRequest) -> Step<Arc<Genuine>> {
        let digest = sha256(text.as_bytes());
        if let Some(known) = self.api_keys.get(&digest) {
            return Ok(known);
        }
        let agent = self.find_agent_by_key(text, request, None).await?;
        let credential = CredentialRef::AgentKey {
            org: agent.org,
            agent: agent.id,
            hash: self.core.keys.lookup_hash(AGENT_KEY_LABEL, text),
        };
        let genuine = Arc::new(Genuine::key(credential));
        if self.is_let_in(&credential, request).await? {
            self.note_agent_use(&agent, request).await?;
            self.api_keys.insert(digest, Arc::clone(&genuine));
        }
        Ok(genuine)
    }

    /// Whether the organization's rules let a key be used from where it is. Where they do not, its
    /// use is no success to note: the gate refuses whatever is asked for with it.
    async fn is_let_in(&self, key: &CredentialRef, request: &AuditRequest) -> Step<bool> {
        let core = &*self.core;
        let mut reader = core.seams.store.read().await?;
        let (org, who) = (key.org(), key.principal());
        let admitted = core
            .gate
            .admits(reader.access(), org, who, request.ip)
            .await;
        match admitted {
            Ok(()) => Ok(true),
            Err(Refusal::AddressDenied) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    async fn note_use(
        &self,
        user: &oneclaw_domain::User,
        key: &oneclaw_domain::ApiKey,
        request: &AuditRequest,
    ) -> Step<()> {
        let access = super::session::proved(user, oneclaw_policy::SystemReason::KeyProved);
        let mut tx = self.core.seams.store.begin().await?;
        // as everywhere before a row of it: else who deletes the organization, and with it the key,
        // waits for this while this waits for them
        let org = tx.orgs().lock(user.org, LockMode::Shared).await?;
        if org.is_none() {
            return Err(UNKNOWN.into());
        }
        tx.api_keys()
            .touch(&access, key.id, self.core.now())
            .await?;
        let account = Account {
            org: user.org,
            user: user.id,
        };
        let event = self
            .core
            .login_event(&account, request)
            .with("method", "api_key")
            .with("key_id", key.id.to_string());
        tx.commit(event).await?.yields(()).into_inner();
        Ok(())
    }
}

fn genuine(claims: &Claims, kid: String) -> Result<Genuine, Refusal> {
    let foreign = || Refusal::Unauthenticated(AuthFailure::InvalidToken);
    let credential = credential_of(claims).ok_or_else(foreign)?;
    Ok(Genuine {
        credential,
        expires_at: Some(Timestamp::from_millis(claims.exp.saturating_mul(1000))),
        kid: Some(kid),
    })
}

fn credential_of(claims: &Claims) -> Option<CredentialRef> {
    let org = OrgId::parse(&claims.org).ok()?;
    let token = TokenId::parse(&claims.jti).ok()?;
    Some(match Principal::parse(&claims.sub).ok()? {
        Principal::User(user) => CredentialRef::Token {
            org,
            user,
            session: SessionId::parse(&claims.sid).ok()?,
            token,
        },
        // what an agent's tokens belong to is the issue of its key
        Principal::Agent(agent) => CredentialRef::AgentToken {
            org,
            agent,
            key: AgentKeyId::parse(&claims.sid).ok()?,
            token,
        },
    })
}
