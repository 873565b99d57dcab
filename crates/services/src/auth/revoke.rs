//! A token is ended before its time.

use super::service::Auth;
use crate::access::Caller;
use crate::core::Step;
use crate::{FieldError, Refusal};
use oneclaw_domain::{AuditEvent, AuditResource, Principal, ResourceKind};
use oneclaw_policy::{RevokeAgentToken, RevokeToken};
use oneclaw_storage::{CredentialRef, LockMode, Recorded};

impl Auth {
    /// Ends the caller's own token, and the refresh tokens of its session, on every instance from
    /// the next request on.
    ///
    /// # Errors
    /// The caller came with an API key: that is revoked instead.
    pub async fn revoke(&self, caller: &Caller) -> Result<Recorded<()>, Refusal> {
        let core = &self.core;
        match caller.principal() {
            Principal::User(_) => {
                let mut event = core.event::<RevokeToken>(caller, &caller.account());
                let done = self.try_revoke(caller, &mut event).await;
                core.settle(event, done).await
            }
            Principal::Agent(_) => {
                let event = core.event::<RevokeAgentToken>(caller, &caller.itself());
                let done = self.try_revoke_agent(caller, &event).await;
                core.settle(event, done).await
            }
        }
    }

    async fn try_revoke(&self, caller: &Caller, event: &mut AuditEvent) -> Step<Recorded<()>> {
        let core = &*self.core;
        let now = core.now();
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<RevokeToken>(&mut *tx, caller, caller.account(), LockMode::Exclusive, now)
            .await?;
        let CredentialRef::Token { session, token, .. } = caller.credential else {
            return Err(
                no_token("An API key is revoked with DELETE /v1/auth/api-keys/{key_id}").into(),
            );
        };
        event.resource = AuditResource::new(ResourceKind::Session, &session);
        let until = caller.token_expires_at.unwrap_or(now);
        tx.sessions()
            .revoke_token(&access, session, token, until, now)
            .await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        Ok(tx.commit(event.clone()).await?.yields(()))
    }
    async fn try_revoke_agent(&self, caller: &Caller, event: &AuditEvent) -> Step<Recorded<()>> {
        let core = &*self.core;
        let now = core.now();
        let mut tx = core.seams.store.begin().await?;
        let on = caller.itself();
        let access = core
            .gate
            .judge_in::<RevokeAgentToken>(&mut *tx, caller, on, LockMode::Exclusive, now)
            .await?;
        let CredentialRef::AgentToken { token, .. } = caller.credential else {
            return Err(no_token(
                "An agent's API key is replaced with POST /v1/agents/{agent_id}/rotate-key",
            )
            .into());
        };
        let until = caller.token_expires_at.unwrap_or(now);
        tx.agents().revoke_token(&access, token, until, now).await?;
        tx.orgs().raise_epoch(access.in_org()).await?;
        Ok(tx.commit(event.clone()).await?.yields(()))
    }
}

fn no_token(instead: &str) -> Refusal {
    Refusal::Invalid(vec![FieldError {
        field: "authorization".to_owned(),
        reason: instead.to_owned(),
    }])
}
