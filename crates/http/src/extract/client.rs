//! The client's address.

use actix_web::http::header::{HOST, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Header in which a proxy names whom it speaks for.
pub(crate) const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of who sent the request: the peer, or, where the peer is a trusted proxy, the
/// rightmost address in `X-Forwarded-For` that is not one (contract 1.5). IPv4 inside IPv6 is IPv4.
pub fn client_address<'a>(
    peer: IpAddr,
    trusted: &[IpNet],
    forwarded: impl DoubleEndedIterator<Item = &'a [u8]>,
) -> IpAddr {
    let peer = peer.to_canonical();
    if is_trusted(peer, trusted) {
        forwarded_address(peer, trusted, forwarded)
    } else {
        peer
    }
}

/// Walks `X-Forwarded-For` from the right, header by header, as long as proxies are trusted. What
/// cannot be read ends the walk: everything left of it was written by we know not whom.
fn forwarded_address<'a>(
    peer: IpAddr,
    trusted: &[IpNet],
    forwarded: impl DoubleEndedIterator<Item = &'a [u8]>,
) -> IpAddr {
    let mut address = peer;
    for entry in forwarded
        .rev()
        .flat_map(|header| header.rsplit(|b| *b == b','))
    {
        let Some(next) = parse(entry) else {
            return address;
        };
        address = next;
        if !is_trusted(address, trusted) {
            return address;
        }
    }
    address
}

/// An address as proxies write it: bare, or with a port, in brackets, in quotes (RFC 7239 6).
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry.trim_ascii()).ok()?;
    let quoted = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let text = quoted.unwrap_or(text);
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>().ok();
    address.or_else(socket).map(|ip| ip.to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// Headers by which proxies say that they are between (RFC 7239, RFC 9110 7.6.3, and custom).
const OF_PROXIES: [&str; 6] = [
    FORWARDED_FOR,
    "forwarded",
    "via",
    "x-real-ip",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Whether a request says that somebody passed it on: a proxy names itself, or the host that was
/// asked for is not this machine. Only who comes straight to this machine is known to be on it.
pub(crate) fn is_passed_on(headers: &HeaderMap) -> bool {
    let asked = headers.get(HOST).map(|host| host.to_str());
    OF_PROXIES.iter().any(|name| headers.contains_key(*name))
        || asked.is_some_and(|host| !host.is_ok_and(names_this_machine))
}

fn names_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
    let address = bare.unwrap_or(name).parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn from(peer: &str, headers: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let headers = headers.iter().map(|h| h.as_bytes());
        client_address(peer.parse().unwrap(), &trusted, headers).to_string()
    }

    #[test]
    fn fld_03_only_proxies_are_believed() {
        assert_eq!(from("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "1.2.3.4"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.9.9.9"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["1.2.3.4, garbage"]), "10.0.0.1");
        assert_eq!(
            from("10.0.0.1", &["1.2.3.4, garbage, 10.2.2.2"]),
            "10.2.2.2"
        );
        assert_eq!(from("::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(from("::1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(from("::ffff:10.0.0.1", &["::ffff:1.2.3.4"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["1.2.3.4:5555"]), "1.2.3.4");
        assert_eq!(from("10.0.0.1", &["\"[2001:db8::7]:80\""]), "2001:db8::7");
        let hops = vec!["10.1.1.1"; 1000].join(",");
        assert_eq!(from("10.0.0.1", &[&hops]), "10.1.1.1");
    }

    #[test]
    fn fld_03_no_proxy_is_trusted_by_default() {
        let peer = "127.0.0.1".parse().unwrap();
        assert_eq!(
            client_address(peer, &[], [b"1.2.3.4".as_slice()].into_iter()),
            peer
        );
    }

    #[test]
    fn org_11_only_who_comes_straight_to_this_machine_is_on_it() {
        let headers = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
            headers
        };
        assert!(!is_passed_on(&HeaderMap::new()));
        for host in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "localhost:8080",
            "LocalHost",
            "[::1]:8080",
            "[::1]",
            "[::ffff:127.0.0.1]:80",
        ] {
            assert!(!is_passed_on(&headers("host", host)), "{host}");
        }
        for host in [
            "vault.example.test",
            "localhost.example.test:8080",
            "10.0.0.1:8080",
            "127.0.0.1.example.test",
            "[2001:db8::1]:8080",
            "",
        ] {
            assert!(is_passed_on(&headers("host", host)), "{host}");
        }
        for name in OF_PROXIES {
            assert!(is_passed_on(&headers(name, "127.0.0.1")), "{name}");
        }
    }
}
