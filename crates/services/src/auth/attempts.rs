//! Counting tries, in the store, for all instances together.

use crate::Refusal;
use crate::core::{Core, Step, Stop};
use crate::settings::AttemptLimit;
use oneclaw_domain::AuditRequest;
use oneclaw_storage::{AttemptKey, StorageError};
use std::net::{IpAddr, Ipv6Addr};

/// Something whose tries are counted.
pub(crate) struct Counter {
    key: AttemptKey,
    limit: AttemptLimit,
}

impl Counter {
    /// `what` and `whose` go into the store as a keyed hash only.
    pub(crate) fn new(core: &Core, what: &str, whose: &str, limit: AttemptLimit) -> Self {
        let key = core.keys.lookup_hash(&format!("attempts {what}"), whose);
        Self {
            key: AttemptKey(key),
            limit,
        }
    }

    /// Counts one try before it is made, so that parallel tries cannot pass together. Over the
    /// limit, only the first refusal of a window leaves an event: a flood is one line.
    pub(crate) async fn count(&self, core: &Core) -> Step<()> {
        match self.is_over(core).await? {
            None => Ok(()),
            Some(over) => Err(over.stop()),
        }
    }

    /// Counts one try, and tells whether it is one too many: for those who do not hear of it.
    pub(crate) async fn is_over(&self, core: &Core) -> Result<Option<Over>, Refusal> {
        let now = core.now();
        let seen = core
            .seams
            .store
            .count_attempt(self.key, now, self.limit.tries, self.limit.seconds)
            .await?;
        let wait = seen.window_ends_at.millis() - now.millis();
        Ok((seen.count > self.limit.tries).then(|| Over {
            retry_after: (wait.max(1) + 999) / 1000,
            is_first: seen.count == self.limit.tries + 1,
        }))
    }

    /// Takes back one try that was counted before it turned out to be right.
    pub(crate) async fn give_back(&self, core: &Core) {
        forgiven(core.seams.store.give_back_attempt(self.key).await);
    }

    /// Forgets the tries.
    pub(crate) async fn clear(&self, core: &Core) {
        forgiven(core.seams.store.clear_attempts(self.key).await);
    }
}

/// What was proved is told whether its tries were forgotten or not: most often it is committed by
/// then, and a code that is spent or a token that was given out would be lost with the answer. A
/// count that stays only holds somebody up, until its window ends.
fn forgiven(done: Result<(), StorageError>) {
    if let Err(error) = done {
        tracing::warn!(%error, "tries that were right stay counted");
    }
}

/// One try too many.
#[derive(Clone, Copy)]
pub(crate) struct Over {
    retry_after: i64,
    is_first: bool,
}

impl Over {
    /// The refusal of whoever is to hear of it.
    pub(crate) const fn stop(self) -> Stop {
        Stop {
            refusal: Refusal::TooManyRequests {
                retry_after: self.retry_after,
            },
            recorded: !self.is_first,
        }
    }
}

/// The client's address as a counter's subject; who has none shares one. Of an IPv6 address the
/// network counts: a /64 is what one client is given (RFC 6177), and has all of it to walk through.
pub(crate) fn address(request: &AuditRequest) -> String {
    match request.ip.map(|ip| ip.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => {
            let network = ip.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(network))
        }
    }
}

/// The counter of API keys that a client's address showed and nobody has.
pub(crate) fn guesses(core: &Core, request: &AuditRequest) -> Counter {
    Counter::new(
        core,
        "api key",
        &address(request),
        core.settings.invalid_keys,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auth_07_an_ipv6_network_is_one_client() {
        let from = |ip: &str| {
            address(&AuditRequest {
                ip: ip.parse().ok(),
                ..AuditRequest::default()
            })
        };
        assert_eq!(from("2001:db8:1:2::7"), from("2001:db8:1:2:ffff::1"));
        assert_ne!(from("2001:db8:1:2::7"), from("2001:db8:1:3::7"));
        assert_eq!(from("::ffff:10.1.2.3"), from("10.1.2.3"));
        assert_ne!(from("10.1.2.3"), from("10.1.2.4"));
    }
}
