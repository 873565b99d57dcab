//! What is known of callers, and how long it holds.

use super::Caller;
use super::known::{Known, dead, known};
use crate::{AuthFailure, Refusal};
use moka::sync::Cache;
use oneclaw_domain::{Epoch, OrgId, Principal, Timestamp, rules_admit};
use oneclaw_policy::{Access, Action, Facts, Rule, Standing, Target, authorize};
use oneclaw_storage::{CredentialRef, LockMode, ReadAccess, Store, Tx};
use std::net::IpAddr;
use std::sync::Arc;

/// Principals and their policies that are remembered, together; the least used are forgotten.
const REMEMBERED: u64 = 262_144;

/// Remembers standings, tagged with the epoch that was read in the same state. A row that comes
/// with the same epoch is judged by what is remembered; with any other, higher or lower, the
/// standing is read afresh. So a revocation holds on every instance from the next request on.
pub(crate) struct Gate {
    known: Cache<CredentialRef, Arc<Known>>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(REMEMBERED)
                .weigher(|_, known: &Arc<Known>| known.weight())
                .build(),
        }
    }

    /// Judges by a row that a reader brought with its epoch.
    pub(crate) async fn judge<A: Action>(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
        on: A::On,
        seen: (Epoch, Facts<'_>),
        now: Timestamp,
    ) -> Result<Access<A>, Refusal> {
        let (epoch, facts) = seen;
        let known = match self.remembered(caller, epoch) {
            Some(known) => known,
            None => self.learn(store.read().await?.access(), caller).await?,
        };
        alive(caller, &known, now)?;
        let at = caller.circumstances(now);
        Ok(authorize(&known.standing, at, on, facts)?)
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
        let at = caller.circumstances(now);
        let access = authorize(&known.standing, at, on, Facts::default())?;
        Ok((access, known))
    }

    /// Judges inside a unit of work, whose organization stays as it is until the commit. What it
    /// learns is remembered only under the shared lock: work that raises the epoch holds the
    /// organization exclusively, and a standing of its epoch, were it never committed, would be
    /// taken for that of the next change.
    pub(crate) async fn judge_in<A: Action>(
        &self,
        tx: &mut dyn Tx,
        caller: &Caller,
        on: A::On,
        mode: LockMode,
        now: Timestamp,
    ) -> Result<Access<A>, Refusal> {
        let org = caller.org();
        let epoch = tx.orgs().lock(org, mode).await?;
        let epoch = epoch.ok_or_else(|| dead(caller, AuthFailure::Revoked))?;
        let known = match self.remembered(caller, epoch) {
            Some(known) => known,
            None if mode == LockMode::Shared => self.learn(tx.access(), caller).await?,
            None => Arc::new(look_up(tx.access(), caller).await?),
        };
        alive(caller, &known, now)?;
        let vault = match on.vault() {
            Some(vault) => tx.orgs().lock_vault(org, vault).await?,
            None => None,
        };
        let agent = match on.agent() {
            Some(agent) => tx.access().agent_owner(org, agent).await?.and_then(|f| f.1),
            None => None,
        };
        let member = match on.person() {
            Some(user) if matches!(A::RULE, Rule::GivesRole | Rule::Membership) => {
                tx.access().member_role(org, user).await?
            }
            _ => None,
        };
        let facts = Facts {
            vault: vault.as_ref(),
            agent: agent.as_ref(),
            member,
        };
        let at = caller.circumstances(now);
        Ok(authorize(&known.standing, at, on, facts)?)
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

    /// Whether an organization's rules let somebody in who shows an API key for a token.
    pub(crate) async fn admits(
        &self,
        from: &mut dyn ReadAccess,
        org: OrgId,
        who: Principal,
        ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        if rules_admit(&from.ip_rules(org).await?, who, ip) {
            Ok(())
        } else {
            Err(Refusal::AddressDenied)
        }
    }

    /// Somebody whose credential still lives, wherever they call from: for what is not their
    /// organization's, whose rules about addresses say nothing of it.
    pub(crate) async fn living(
        &self,
        store: &Arc<dyn Store>,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Arc<Standing>, Refusal> {
        let known = self.current(store, caller).await?;
        in_time(caller, &known, now)?;
        Ok(Arc::clone(&known.standing))
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
        let known = Arc::new(look_up(from, caller).await?);
        self.known.insert(caller.credential, Arc::clone(&known));
        Ok(known)
    }
}

async fn look_up(from: &mut dyn ReadAccess, caller: &Caller) -> Result<Known, Refusal> {
    let facts = from.standing(&caller.credential).await?;
    let facts = facts.ok_or_else(|| dead(caller, AuthFailure::Revoked))?;
    known(caller, facts)
}

fn in_time(caller: &Caller, known: &Known, now: Timestamp) -> Result<(), Refusal> {
    if known.ends_at.is_some_and(|end| end <= now) {
        return Err(dead(caller, AuthFailure::Expired));
    }
    Ok(())
}

fn alive(caller: &Caller, known: &Known, now: Timestamp) -> Result<(), Refusal> {
    in_time(caller, known, now)?;
    if rules_admit(&known.ip_rules, caller.principal(), caller.request.ip) {
        Ok(())
    } else {
        Err(Refusal::AddressDenied)
    }
}
