//! What every use case stands on.

use crate::access::{Caller, Gate};
use crate::audit::Keeper;
use crate::cmek::Rotations;
use crate::journal::{Folds, Journal};
use crate::keys::KeyRoom;
use crate::mail::Outbox;
use crate::metering::Tariff;
use crate::runtime::Runtime;
use crate::steady_clock::SteadyClock;
use crate::workers::Housekeeping;
use crate::{FieldError, Refusal, Seams, Settings};
use oneclaw_crypto::PasswordHasher;
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, EventId, Invalid, OrgId, Plans, Timestamp,
};
use oneclaw_policy::{Action, Target};
use serde_json::Map;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The seams, the journal, what is known of callers, and the keys.
pub(crate) struct Core {
    pub(crate) seams: Seams,
    pub(crate) settings: Settings,
    pub(crate) journal: Journal,
    pub(crate) gate: Gate,
    pub(crate) keys: KeyRoom,
    /// What links and signs the audit chains.
    pub(crate) chains: Arc<Keeper>,
    /// The logins' passwords.
    pub(crate) hasher: PasswordHasher,
    /// The shares' passphrases: a queue of their own, so that whoever floods a share delays no login.
    pub(crate) share_hasher: PasswordHasher,
    pub(crate) outbox: Outbox,
    pub(crate) rotations: Rotations,
    pub(crate) tariff: Tariff,
    /// What changes while servers run.
    pub(crate) runtime: Runtime,
    /// What the seams' clock is, and what else it knows.
    pub(crate) clock: Arc<SteadyClock>,
    pub(crate) folds: Folds,
    pub(crate) housekeeping: Housekeeping,
    /// Stored values that did not open.
    pub(crate) integrity_failures: AtomicU64,
}

/// A refusal, and whether its audit event is on disk already.
pub(crate) struct Stop {
    pub(crate) refusal: Refusal,
    pub(crate) recorded: bool,
}

impl<R: Into<Refusal>> From<R> for Stop {
    fn from(refusal: R) -> Self {
        Self {
            refusal: refusal.into(),
            recorded: false,
        }
    }
}

/// What the inside of a use case gives: the caller's thing, or why not.
pub(crate) type Step<T> = Result<T, Stop>;

impl Core {
    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.seams.clock.now()
    }

    /// What plans allow, and what things cost.
    pub(crate) fn plans(&self) -> Arc<Plans> {
        self.tariff.plans()
    }

    /// A fresh id.
    pub(crate) fn id<T>(&self, of: fn(Uuid) -> T) -> T {
        of(self.seams.ids.next())
    }

    /// The event of an action by a caller, before its end is known.
    pub(crate) fn event<A: Action>(&self, caller: &Caller, on: &A::On) -> AuditEvent {
        let actor = Actor::Principal(caller.principal());
        let event = self.bare_event(A::NAME, on.tenant(), actor, on.resource(), &caller.request);
        let event = match on.vault() {
            Some(vault) => event.with("vault_id", vault.to_string()),
            None => event,
        };
        match on.path() {
            Some(path) => event.with("path", path.as_str()),
            None => event,
        }
    }

    /// An event that no caller was judged for.
    pub(crate) fn bare_event(
        &self,
        action: &'static str,
        org: Option<OrgId>,
        actor: Actor,
        resource: AuditResource,
        request: &AuditRequest,
    ) -> AuditEvent {
        AuditEvent {
            id: self.id(EventId::from_uuid),
            org,
            action,
            actor,
            resource,
            details: Map::new(),
            outcome: oneclaw_domain::Outcome::Ok,
            request: request.clone(),
            created_at: self.now(),
            usage: self.usage(action, actor, request),
        }
    }

    /// Takes notice of the newest event, which another instance may have written, and tells the log
    /// if the machine's clock is behind.
    pub(crate) async fn look_at_clock(&self) {
        if self.settings.trust_clock {
            return;
        }
        match self.seams.store.last_event_at().await {
            Ok(newest) => newest.into_iter().for_each(|at| self.clock.heed(at)),
            Err(error) => tracing::warn!(%error, "could not look for the newest event"),
        }
        if let Some(seconds) = self.clock.behind() {
            tracing::error!(
                seconds,
                "the machine's clock is behind the newest event: time stands still until it is right"
            );
        }
    }

    /// Ends a use case: a refusal is on disk before it is told, unless it is one of many of nobody in
    /// particular, which are counted.
    pub(crate) async fn settle<T>(
        &self,
        mut event: AuditEvent,
        done: Step<T>,
    ) -> Result<T, Refusal> {
        let mut stop = match done {
            Ok(done) => return Ok(done),
            Err(stop) => stop,
        };
        self.meter_refusal(&mut event, &mut stop.refusal);
        if let (true, Refusal::TooManyRequests { .. }) = (stop.recorded, &stop.refusal) {
            // the first of the window left an event
            self.folds.count(&event, "rate_limited");
        }
        if let (false, Some(reason)) = (stop.recorded, stop.refusal.audit_reason()) {
            if matches!(stop.refusal, Refusal::Integrity) {
                self.integrity_failures.fetch_add(1, Ordering::Relaxed);
                tracing::error!(action = event.action, "a stored value does not open");
            }
            let refused = Err(stop.refusal);
            let event = event.denied(reason);
            if self.folds.takes(&event) {
                return refused;
            }
            return match self.journal.record(event).await {
                Ok(receipt) => receipt.covers(refused),
                Err(failed) => Err(failed.refusal),
            };
        }
        Err(stop.refusal)
    }
}

/// Gathers what is wrong with the fields of a command.
pub(crate) fn require(field: &'static str, holds: bool, reason: &'static str) -> Step<()> {
    if holds {
        Ok(())
    } else {
        Err(Refusal::Invalid(vec![FieldError::new(field, &Invalid::new(reason))]).into())
    }
}

/// Boxes a large future, so that what awaits it stays small.
pub(crate) fn boxed<'a, T>(
    future: impl Future<Output = T> + Send + 'a,
) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}
