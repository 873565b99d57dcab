//! What is known of callers, and how long it holds.

use super::{Caller, CallerKind};
use crate::{AuthFailure, Refusal};
use moka::sync::Cache;
use oneclaw_domain::{Epoch, Principal, Timestamp, VaultOwner};
use oneclaw_policy::{Access, Action, CredentialKind, Standing, authorize};
use oneclaw_storage::{
    CredentialRef, LockMode, ReadAccess, SessionFacts, StandingFacts, Store, Tx,
};
use std::sync::Arc;

/// Principals that are remembered; the least used are forgotten.
const REMEMBERED: u64 = 65_536;

/// A caller's standing at one epoch of its organization.
pub(crate) struct Known {
    epoch: Epoch,
    pub(crate) standing: Standing,
    pub(crate) session: Option<SessionFacts>,
    /// When the credential stops by itself.
    pub(crate) ends_at: Option<Timestamp>,
}

/// Remembers standings, tagged with the epoch that was read in the same statement. A row that
/// comes with the same epoch is judged by what is remembered; with any other, higher or lower, the
/// standing is read afresh. So a revocation holds on every instance from the next request on.
pub(crate) struct Gate {
    known: Cache<CredentialRef, Arc<Known>>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            known: Cache::new(REMEMBERED),
        }
    }

    /// Judges by a row that a reader brought with its epoch.
    pub(crate) async fn judge<A: Action>(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
        on: A::On,
        seen: (Epoch, Option<&VaultOwner>),
        now: Timestamp,
    ) -> Result<Access<A>, Refusal> {
        let (epoch, vault) = seen;
        let known = match self.remembered(caller, epoch) {
            Some(known) => known,
            None => self.learn(store.read().await?.access(), caller).await?,
        };
        alive(caller, &known, now)?;
        Ok(authorize(&known.standing, on, vault)?)
    }

    /// Judges where nothing but the epoch is needed from the store.
    pub(crate) async fn judge_alone<A: Action>(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
        on: A::On,
        now: Timestamp,
    ) -> Result<(Access<A>, Arc<Known>), Refusal> {
        let known = self.current(store, caller).await?;
        alive(caller, &known, now)?;
        let access = authorize(&known.standing, on, None)?;
        Ok((access, known))
    }

    /// Judges inside a unit of work, whose organization stays as it is until the commit.
    pub(crate) async fn judge_in<A: Action>(
        &self,
        tx: &mut dyn Tx,
        caller: &Caller,
        on: A::On,
        mode: LockMode,
        now: Timestamp,
    ) -> Result<Access<A>, Refusal> {
        use oneclaw_policy::Target;
        let epoch = tx.orgs().lock(caller.org(), mode).await?;
        let epoch = epoch.ok_or_else(|| dead(caller, AuthFailure::Revoked))?;
        let known = match self.remembered(caller, epoch) {
            Some(known) => known,
            None => self.learn(tx.access(), caller).await?,
        };
        alive(caller, &known, now)?;
        let vault = match on.vault() {
            Some(vault) => tx.orgs().lock_vault(caller.org(), vault).await?,
            None => None,
        };
        Ok(authorize(&known.standing, on, vault.as_ref())?)
    }

    /// Whether a credential still lives, whatever it is used for.
    pub(crate) async fn confirm(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        alive(caller, &*self.current(store, caller).await?, now)
    }

    async fn current(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
    ) -> Result<Arc<Known>, Refusal> {
        let mut reader = store.read().await?;
        let epoch = reader.access().epoch(caller.org()).await?;
        let epoch = epoch.ok_or_else(|| dead(caller, AuthFailure::Revoked))?;
        match self.remembered(caller, epoch) {
            Some(known) => Ok(known),
            None => self.learn(reader.access(), caller).await,
        }
    }

    fn remembered(&self, caller: &Caller, epoch: Epoch) -> Option<Arc<Known>> {
        self.known
            .get(&caller.credential)
            .filter(|known| known.epoch == epoch)
    }

    async fn learn(
        &self,
        from: &mut dyn ReadAccess,
        caller: &Caller,
    ) -> Result<Arc<Known>, Refusal> {
        let facts = from.standing(&caller.credential).await?;
        let facts = facts.ok_or_else(|| dead(caller, AuthFailure::Revoked))?;
        let known = Arc::new(known(caller, facts)?);
        self.known.insert(caller.credential, Arc::clone(&known));
        Ok(known)
    }
}

fn alive(caller: &Caller, known: &Known, now: Timestamp) -> Result<(), Refusal> {
    if known.ends_at.is_some_and(|end| end <= now) {
        return Err(dead(caller, AuthFailure::Expired));
    }
    Ok(())
}

/// A key that no longer works is told as one that never did, whether it is remembered here or not.
const fn dead(caller: &Caller, token: AuthFailure) -> Refusal {
    Refusal::Unauthenticated(match caller.kind() {
        CallerKind::Token => token,
        CallerKind::ApiKey => AuthFailure::ApiKey,
    })
}

fn known(caller: &Caller, facts: StandingFacts) -> Result<Known, Refusal> {
    let revoked = facts
        .session
        .as_ref()
        .is_some_and(|s| s.revoked || s.token_revoked)
        || facts.key.as_ref().is_some_and(|key| key.revoked);
    if revoked {
        return Err(dead(caller, AuthFailure::Revoked));
    }
    let ends = [
        caller.token_expires_at,
        facts.session.as_ref().map(|session| session.expires_at),
        facts.key.as_ref().and_then(|key| key.expires_at),
    ];
    let credential = if facts.key.is_some() {
        CredentialKind::ApiKey
    } else {
        CredentialKind::Login
    };
    Ok(Known {
        epoch: facts.epoch,
        standing: Standing {
            principal: Principal::User(caller.user()),
            org: caller.org(),
            role: Some(facts.role),
            credential,
            scopes: facts.key.map(|key| key.scopes).unwrap_or_default(),
        },
        session: facts.session,
        ends_at: ends.into_iter().flatten().min(),
    })
}
