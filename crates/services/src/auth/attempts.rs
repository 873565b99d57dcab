//! Counting tries, in the store, for all instances together.

use crate::Refusal;
use crate::core::{Core, Step, Stop};
use crate::settings::AttemptLimit;
use oneclaw_domain::AuditRequest;
use oneclaw_storage::AttemptKey;

/// Something whose tries are counted.
pub(super) struct Counter {
    key: AttemptKey,
    limit: AttemptLimit,
}

impl Counter {
    /// `what` and `whose` go into the store as a keyed hash only.
    pub(super) fn new(core: &Core, what: &str, whose: &str, limit: AttemptLimit) -> Self {
        let key = core.keys.lookup_hash(&format!("attempts {what}"), whose);
        Self {
            key: AttemptKey(key),
            limit,
        }
    }

    /// Counts one try before it is made, so that parallel tries cannot pass together. Over the
    /// limit, only the first refusal of a window leaves an event: a flood is one line.
    pub(super) async fn count(&self, core: &Core) -> Step<()> {
        let now = core.now();
        let seen = core
            .seams
            .store
            .count_attempt(self.key, now, self.limit.seconds)
            .await?;
        if seen.count <= self.limit.tries {
            return Ok(());
        }
        let wait = seen.window_ends_at.millis() - now.millis();
        Err(Stop {
            refusal: Refusal::TooManyRequests {
                retry_after: (wait.max(1) + 999) / 1000,
            },
            recorded: seen.count > self.limit.tries + 1,
        })
    }

    /// Forgets the tries.
    pub(super) async fn clear(&self, core: &Core) -> Result<(), Refusal> {
        Ok(core.seams.store.clear_attempts(self.key).await?)
    }
}

/// The client's address as a counter's subject; who has none shares one.
pub(super) fn address(request: &AuditRequest) -> String {
    request
        .ip
        .map_or_else(|| "unknown".to_owned(), |ip| ip.to_string())
}
