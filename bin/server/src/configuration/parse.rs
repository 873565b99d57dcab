//! How each kind of value is read. A refusal completes "this value ...".

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use actix_web::http::Uri;
use ipnet::IpNet;
use oneclaw_domain::MicroUsd;

pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "is not an IP address and a port".to_owned())
}

pub(crate) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() || text.contains('\0') {
        return Err("is not a path".to_owned());
    }
    Ok(PathBuf::from(text))
}

/// A directory, made absolute: what is said of it later holds wherever it is read.
pub(crate) fn directory(text: &str) -> Result<PathBuf, String> {
    let path = path(text)?;
    std::path::absolute(path).map_err(|error| format!("cannot be made absolute: {error}"))
}

/// `off` is `None`.
pub(crate) fn or_off<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if text == "off" {
        return Ok(None);
    }
    parse(text)
        .map(Some)
        .map_err(|reason| format!("{reason}, nor off"))
}

/// `-1` is `None`, as the API writes what has no limit.
pub(crate) fn or_unlimited<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if text == "-1" {
        return Ok(None);
    }
    parse(text)
        .map(Some)
        .map_err(|reason| format!("{reason}, nor -1"))
}

/// An amount of money that one thing may cost.
pub(crate) fn dollars(text: &str) -> Result<MicroUsd, String> {
    const MOST: MicroUsd = MicroUsd::new(1_000_000_000);
    let amount = MicroUsd::parse(text).ok().filter(|one| *one <= MOST);
    amount.ok_or_else(|| {
        "is not an amount of dollars from 0 to 1000 with at most six decimals".to_owned()
    })
}

pub(crate) fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("is neither on nor off".to_owned()),
    }
}

/// A whole number of `unit` within `range`.
pub(crate) fn number<T>(
    unit: &str,
    range: RangeInclusive<T>,
) -> impl FnOnce(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    move |text| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|value| digits && range.contains(value))
            .ok_or_else(|| {
                format!(
                    "is not a whole number of {unit} from {} to {}",
                    range.start(),
                    range.end()
                )
            })
    }
}

/// A number of bytes, or of KiB or MiB when that is written after it.
pub(crate) fn bytes(range: RangeInclusive<usize>) -> impl FnOnce(&str) -> Result<usize, String> {
    move |text| {
        let (digits, unit) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
            (Some(digits), _) => (digits, 1 << 10),
            (_, Some(digits)) => (digits, 1 << 20),
            _ => (text, 1),
        };
        let value = number("bytes", 0..=usize::MAX)(digits.trim_end());
        value
            .ok()
            .and_then(|value| value.checked_mul(unit))
            .filter(|value| range.contains(value))
            .ok_or_else(|| {
                format!(
                    "is not a number of bytes from {} to {}",
                    range.start(),
                    range.end()
                )
            })
    }
}

/// A base URL: http or https, a host, perhaps a path; a slash at its end is dropped.
pub(crate) fn base_url(text: &str) -> Result<String, String> {
    let refused = || "is not an http or https URL without user, query and fragment".to_owned();
    let uri: Uri = text.parse().map_err(|_| refused())?;
    let host = uri.authority().filter(|host| !host.as_str().contains('@'));
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"));
    if host.is_none_or(|host| host.host().is_empty())
        || scheme.is_none()
        || text.contains(['?', '#'])
    {
        return Err(refused());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Where traces go: an http URL; `/v1/traces` is added if it has no path, as the OTLP specification has it.
pub(crate) fn collector(text: &str) -> Result<String, String> {
    if text.starts_with("https:") {
        return Err(
            "is https, which traces are not sent by: name a collector on this machine by http"
                .to_owned(),
        );
    }
    let url = base_url(text)?;
    let rest = url.strip_prefix("http://").unwrap_or_default();
    Ok(if rest.contains('/') {
        url
    } else {
        format!("{url}/v1/traces")
    })
}

/// An origin as browsers send it: scheme, host and port in lower case, and nothing after them.
pub(crate) fn origin(text: &str) -> Result<String, String> {
    let refused =
        || format!("holds {text:?}, which is not an origin (scheme, host and port, no path)");
    let url = base_url(text).map_err(|_| refused())?;
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    if url != text
        || after_scheme.contains('/')
        || text.bytes().any(|byte| byte.is_ascii_uppercase())
    {
        return Err(refused());
    }
    Ok(url)
}

/// The origin of a base URL.
pub(crate) fn origin_of(base_url: &str) -> String {
    let Some((scheme, rest)) = base_url.split_once("://") else {
        return base_url.to_owned();
    };
    let host = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{host}").to_ascii_lowercase()
}

/// An address, or a block of them.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    let one = text
        .parse()
        .map(|address: std::net::IpAddr| IpNet::from(address));
    one.or_else(|_| text.parse())
        .map_err(|_| format!("holds {text:?}, which is not an IP address or a CIDR block"))
}

/// Items separated by commas; `none` is the empty list.
pub(crate) fn list<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    if text == "none" {
        return Ok(Vec::new());
    }
    text.split(',').map(|item| parse(item.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_and_within_their_range() {
        let ten = || number::<u16>("seconds", 1..=10);
        assert_eq!(ten()("10"), Ok(10));
        for wrong in [
            "",
            "0",
            "11",
            "-1",
            "+1",
            "1.5",
            " 1",
            "1 ",
            "0x1",
            "99999999999999999999",
            "\u{0661}",
        ] {
            assert_eq!(
                ten()(wrong),
                Err("is not a whole number of seconds from 1 to 10".to_owned()),
                "{wrong}"
            );
        }
    }

    #[test]
    fn bytes_take_a_unit() {
        let limit = || bytes(1..=1 << 24);
        assert_eq!(limit()("1048576"), Ok(1 << 20));
        assert_eq!(limit()("1MiB"), Ok(1 << 20));
        assert_eq!(limit()("64 KiB"), Ok(64 << 10));
        for wrong in [
            "",
            "MiB",
            "0",
            "17MiB",
            "1MB",
            "-1",
            "99999999999999999999KiB",
            "18014398509481985KiB",
        ] {
            assert!(limit()(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn base_urls_have_a_host_and_nothing_that_could_not_be_a_base() {
        assert_eq!(
            base_url("https://x.example/"),
            Ok("https://x.example".to_owned())
        );
        assert_eq!(
            base_url("http://[::1]:8080/a"),
            Ok("http://[::1]:8080/a".to_owned())
        );
        for wrong in [
            "",
            "x",
            "x.example",
            "/a",
            "ftp://x",
            "http://",
            "http://me@x",
            "http://x?a",
            "http://x#a",
            "http://x y",
        ] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn origins_are_what_browsers_send() {
        assert_eq!(
            origin("https://app.example:8443"),
            Ok("https://app.example:8443".to_owned())
        );
        for wrong in [
            "*",
            "null",
            "https://app.example/",
            "https://app.example/a",
            "https://App.example",
            "app.example",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            origin_of("https://App.example:1/a/b"),
            "https://app.example:1"
        );
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let networks = list("10.0.0.0/8, ::1", network).unwrap();
        assert_eq!(networks.len(), 2);
        assert_eq!(list("none", network).unwrap(), []);
        for wrong in ["", "10.0.0.0/8,", "10.0.0.0/33", "host"] {
            assert!(list(wrong, network).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_may_be_none_and_money_is_counted_in_millionths() {
        let limit = |text| or_unlimited(text, number("things", 0..=10));
        assert_eq!(limit("-1"), Ok(None));
        assert_eq!(limit("0"), Ok(Some(0)));
        for wrong in ["", "-2", "11", "1.5", "unlimited", "1e1"] {
            assert_eq!(
                limit(wrong),
                Err("is not a whole number of things from 0 to 10, nor -1".to_owned()),
                "{wrong}"
            );
        }
        assert_eq!(dollars("0.0008").unwrap().get(), 800);
        assert_eq!(dollars("1000").unwrap().get(), 1_000_000_000);
        for wrong in ["", "-1", "1e-3", "0.0000001", "1000.000001", "1,5", "$1"] {
            assert!(dollars(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn off_is_off() {
        assert_eq!(or_off("off", address), Ok(None));
        assert_eq!(
            or_off("127.0.0.1:1", address).unwrap(),
            "127.0.0.1:1".parse().ok()
        );
        assert_eq!(
            or_off("no", address).unwrap_err(),
            "is not an IP address and a port, nor off"
        );
    }
}
