//! A person makes an API key.

use super::ApiKeys;
use crate::Refusal;
use crate::access::Caller;
use crate::auth::API_KEY_LABEL;
use crate::core::{Step, require};
use crate::mail::{Message, Post};
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{
    ApiKey, ApiKeyId, ApiKeyName, AuditEvent, AuditResource, KeyPrefix, ResourceKind, Scopes,
    Timestamp,
};
use oneclaw_policy::{CreateApiKey, CredentialKind, Missing};
use oneclaw_storage::{LockMode, Recorded};

/// What the key shall be.
pub struct CreateApiKeyCommand {
    /// What it is for.
    pub name: ApiKeyName,
    /// What it is limited to.
    pub scopes: Scopes,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// The key, shown this once.
#[derive(Debug)]
pub struct CreatedApiKey {
    /// What is kept of it.
    pub key: ApiKey,
    /// The key itself.
    pub api_key: SecretText,
}

impl ApiKeys {
    /// Makes a key of the caller. From a key or a device it ends no later than that one does: what
    /// was lost with it must not live on in what it made.
    ///
    /// # Errors
    /// An end in the past; a limited credential; of an account with a second factor anything but a
    /// login, which alone has passed it.
    pub async fn create(
        &self,
        command: CreateApiKeyCommand,
        caller: &Caller,
    ) -> Result<Recorded<CreatedApiKey>, Refusal> {
        let mut event = self.core.event::<CreateApiKey>(caller, &caller.account());
        let done = self.try_create(command, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_create(
        &self,
        command: CreateApiKeyCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<CreatedApiKey>> {
        let core = &*self.core;
        let now = core.now();
        let secret = random_token("1ck_")?;
        let source = self.source(caller).await?;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<CreateApiKey>(&mut *tx, caller, caller.account(), LockMode::Shared, now)
            .await?;
        let account = access.in_account();
        if !source.is_login && tx.second_factors().is_asked_for(account).await? {
            return Err(Refusal::Denied(Missing::Login).into());
        }
        let ends_later = command.expires_at.is_none_or(|end| end > now);
        require("expires_at", ends_later, "must be in the future")?;
        let key = ApiKey {
            id: core.id(ApiKeyId::from_uuid),
            org: access.org(),
            user: access.on().user,
            name: command.name,
            prefix: KeyPrefix::of(secret.expose()),
            scopes: command.scopes,
            created_at: now,
            expires_at: source.bound(command.expires_at),
            last_used_at: None,
            revoked_at: None,
        };
        event.resource = AuditResource::new(ResourceKind::ApiKey, &key.id);
        let hash = core.keys.lookup_hash(API_KEY_LABEL, secret.expose());
        tx.api_keys().insert(&access, &key, &hash).await?;
        let owner = tx.users().find_for_api_key(&access).await?;
        let owner = owner.ok_or(Refusal::NotFound)?;
        let told = Message::ApiKeyCreated {
            display_name: owner.display_name.as_str().to_owned(),
            key_name: key.name.as_str().to_owned(),
            prefix: key.prefix.as_str().to_owned(),
        };
        let _posted = core.post(&mut *tx, Post::new(&owner.email, &told)).await?;
        let created = CreatedApiKey {
            key,
            api_key: secret,
        };
        Ok(tx.commit(event.clone()).await?.yields(created))
    }

    /// What the caller came with, which stays what it is until the unit of work has judged them.
    async fn source(&self, caller: &Caller) -> Step<Source> {
        let core = &*self.core;
        let (store, on) = (&core.seams.store, caller.account());
        let judged = core
            .gate
            .judge_alone::<CreateApiKey>(store, caller, on, core.now());
        let (_, known) = judged.await?;
        Ok(Source {
            is_login: known.standing.credential == CredentialKind::Login,
            ends_at: known.source_ends_at,
        })
    }
}

/// What a key is made with.
struct Source {
    is_login: bool,
    ends_at: Option<Timestamp>,
}

impl Source {
    /// When a key ends that is to end then. A login may make one that outlives it.
    fn bound(&self, asked: Option<Timestamp>) -> Option<Timestamp> {
        match self.ends_at {
            Some(end) if !self.is_login => Some(asked.map_or(end, |asked| asked.min(end))),
            _ => asked,
        }
    }
}
