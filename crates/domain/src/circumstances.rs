//! Under what circumstances somebody asks.

use crate::Timestamp;
use std::net::IpAddr;

/// The moment and the address of a request, as conditions look at them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Circumstances {
    /// When it is judged.
    pub now: Timestamp,
    /// Where it comes from; `None` where no address is known (embedded use).
    pub ip: Option<IpAddr>,
}

impl Circumstances {
    /// These circumstances, with a v4-mapped v6 address (RFC 4291, 2.5.5.2) as the v4 address
    /// that it is.
    pub fn new(now: Timestamp, ip: Option<IpAddr>) -> Self {
        Self {
            now,
            ip: ip.map(|ip| ip.to_canonical()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pol_05_a_mapped_address_is_the_one_it_maps() {
        let mapped = "::ffff:10.1.2.3".parse().unwrap();
        let at = Circumstances::new(Timestamp::from_millis(0), Some(mapped));
        assert_eq!(at.ip, Some("10.1.2.3".parse().unwrap()));
    }
}
