//! The few places where what varies comes in.

use crate::{IdentityVerifier, Mailer, NoIssuers, NoPayments, Payments};
use oneclaw_crypto::KeyProvider;
use oneclaw_domain::{Clock, Ids, Timestamp};
use oneclaw_storage::Store;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// What the services are built over.
#[derive(Clone)]
pub struct Seams {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// What wraps keys.
    pub key_provider: Arc<dyn KeyProvider>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where mail goes.
    pub mailer: Arc<dyn Mailer>,
    /// Who says who people are, beside themselves.
    pub identities: Arc<dyn IdentityVerifier>,
    /// Who takes money.
    pub payments: Arc<dyn Payments>,
}

impl Seams {
    /// Seams with the machine's clock and time-ordered ids, no issuers and no payments.
    pub fn system(
        store: Arc<dyn Store>,
        key_provider: Arc<dyn KeyProvider>,
        mailer: Arc<dyn Mailer>,
    ) -> Self {
        Self {
            store,
            key_provider,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            mailer,
            identities: Arc::new(NoIssuers),
            payments: Arc::new(NoPayments),
        }
    }

    /// The same with issuers that say who people are.
    #[must_use]
    pub fn with_identities(self, identities: Arc<dyn IdentityVerifier>) -> Self {
        Self { identities, ..self }
    }

    /// The same with somebody who takes money.
    #[must_use]
    pub fn with_payments(self, payments: Arc<dyn Payments>) -> Self {
        Self { payments, ..self }
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the seam that the rule points to"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Version 7 UUIDs (RFC 9562).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the seam that the rule points to"
    )]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}
