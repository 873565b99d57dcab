//! Blocks of addresses.

use crate::Invalid;
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;

const REFUSED: Invalid =
    Invalid::new("must be an IP address or a CIDR block such as 10.0.0.0/8 or 2001:db8::/32");

/// A CIDR block (RFC 4632, RFC 4291) of IPv4 or IPv6; one address is a block of /32 or /128.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Cidr(IpNet);

impl Cidr {
    /// Reads a block or a single address, strictly: what two readers could take for two things is
    /// refused.
    ///
    /// # Errors
    /// Prefixes that are too long, leading zeros (CVE-2021-29922), bits set after the prefix, zone
    /// ids, and v4-mapped IPv6: clients with such an address are known by their IPv4 address.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(parse_prefix(prefix)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| REFUSED)?;
        let net = match prefix {
            Some(prefix) => IpNet::new(address, prefix).map_err(|_| REFUSED)?,
            None => IpNet::from(address),
        };
        if net.addr() != net.network() {
            return Err(Invalid::new("must not have bits set after the prefix"));
        }
        match net {
            IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() && v6.prefix_len() >= 96 => {
                Err(Invalid::new("must be written as IPv4, not as mapped IPv6"))
            }
            _ => Ok(Self(net)),
        }
    }

    /// Whether the address lies in the block. A v4-mapped address is the v4 address that it is.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.contains(&ip.to_canonical())
    }

    /// The block with its prefix, always.
    pub fn as_string(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn parse_prefix(text: &str) -> Result<u8, Invalid> {
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return Err(REFUSED);
    }
    text.parse().map_err(|_| REFUSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org_09_blocks_that_are_none() {
        for bad in [
            "",
            "10.0.0.0/33",
            "2001:db8::/129",
            "010.0.0.1/8",
            "010.0.0.1",
            "10.0.0.1/8",
            "2001:db8::1/32",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "10.0.0.0/255.0.0.0",
            "10.0.0",
            "10",
            "0x0a.0.0.1",
            "167772161",
            "10.0.0.0-10.0.0.9",
            "fe80::1%eth0",
            "fe80::1%eth0/64",
            "fe80::%1/64",
            "[::1]",
            "::ffff:10.0.0.0/104",
            "::ffff:10.0.0.1",
            "::ffff:0:0/96",
            " 10.0.0.1",
            "10.0.0.1 ",
            "10.0.0.*",
            "localhost",
            "*",
        ] {
            assert!(Cidr::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn org_09_which_addresses_a_block_has() {
        for (block, inside, outside) in [
            ("10.0.0.0/8", "10.1.2.3", "11.0.0.0"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.0.0.0"),
            ("10.0.0.0/8", "10.255.255.255", "::10.1.2.3"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("0.0.0.0/0", "::ffff:1.2.3.4", "::1"),
            ("::/0", "::1", "::ffff:1.2.3.4"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("::1", "::1", "::2"),
        ] {
            let parsed = Cidr::parse(block).unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{block} {inside}");
            assert!(
                !parsed.contains(outside.parse().unwrap()),
                "{block} {outside}"
            );
        }
    }

    #[test]
    fn a_single_address_is_a_block() {
        for (given, shown) in [
            ("192.0.2.7", "192.0.2.7/32"),
            ("2001:DB8:0::7", "2001:db8::7/128"),
            ("10.0.0.0/8", "10.0.0.0/8"),
        ] {
            assert_eq!(Cidr::parse(given).unwrap().as_string(), shown);
        }
    }
}
