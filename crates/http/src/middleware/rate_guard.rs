//! The first guard against floods: requests per address, in this process only (contract 1.10).
//!
//! Limits that count live in the store; this one keeps a flood from getting that far.

use crate::settings::RateLimit;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

/// Buckets. Addresses share them by a hash that nobody outside can foresee, so that memory is fixed
/// and no flood of addresses pushes anybody's count out (abuse case FLD-04).
const BUCKETS: usize = 16 * 1024;

type Bucket<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts requests per address.
pub(crate) struct RateGuard<C: Clock = DefaultClock> {
    buckets: Vec<Bucket<C>>,
    hasher: RandomState,
    clock: C,
}

impl RateGuard {
    /// A guard on the machine's monotonic clock.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self::on(limit, DefaultClock::default())
    }
}

impl<C: Clock + Clone> RateGuard<C> {
    fn on(limit: RateLimit, clock: C) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        let bucket = |_| RateLimiter::direct_with_clock(quota, clock.clone());
        let buckets = (0..BUCKETS).map(bucket).collect();
        Self {
            buckets,
            hasher: RandomState::new(),
            clock,
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// Over the limit: the whole seconds to wait, at least 1.
    pub(crate) fn admit(&self, address: IpAddr) -> Result<(), u64> {
        let hash = self.hasher.hash_one(network(address));
        let index = usize::try_from(hash % BUCKETS as u64).unwrap_or_default();
        let Some(bucket) = self.buckets.get(index) else {
            return Ok(());
        };
        bucket.check().map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
        })
    }
}

/// An IPv6 customer has a /64 at least (RFC 6177), and may use any address in it.
fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => u64::try_from(v6.to_bits() >> 64).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::num::NonZeroU32;
    use std::time::Duration;

    fn guard() -> (RateGuard<FakeRelativeClock>, FakeRelativeClock) {
        let n = |n| NonZeroU32::new(n).unwrap();
        let clock = FakeRelativeClock::default();
        (
            RateGuard::on(
                RateLimit {
                    per_second: n(1),
                    burst: n(3),
                },
                clock.clone(),
            ),
            clock,
        )
    }

    #[test]
    fn fld_04_burst_wait_and_recovery() {
        let (guard, clock) = guard();
        let ip = "203.0.113.9".parse().unwrap();
        assert_eq!(
            [guard.admit(ip), guard.admit(ip), guard.admit(ip)],
            [Ok(()); 3]
        );
        assert_eq!(guard.admit(ip), Err(1));
        clock.advance(Duration::from_secs(1));
        assert_eq!(guard.admit(ip), Ok(()));
        assert_eq!(guard.admit(ip), Err(1));
    }

    #[test]
    fn fld_04_a_network_is_one_client_and_no_flood_resets_it() {
        let (guard, _) = guard();
        let ip = |n: u32| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::try_from(n).unwrap()]);
        for n in 0..3 {
            assert_eq!(guard.admit(ip(n)), Ok(()));
        }
        assert!(guard.admit(ip(4)).is_err());
        for n in 0..200_000_u32 {
            let _ = guard.admit(IpAddr::from(n.to_be_bytes()));
        }
        assert!(guard.admit(ip(5)).is_err());
        assert_eq!(guard.buckets.len(), BUCKETS);
    }

    #[test]
    fn addresses_differ_by_network() {
        let net = |ip: &str| network(ip.parse().unwrap());
        assert_eq!(net("::ffff:1.2.3.4"), net("1.2.3.4"));
        assert_eq!(net("2001:db8:1:2::1"), net("2001:db8:1:2:ffff::9"));
        assert_ne!(net("2001:db8:1:2::1"), net("2001:db8:1:3::1"));
        assert_ne!(net("1.2.3.4"), net("1.2.3.5"));
    }
}
