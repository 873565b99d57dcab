//! `Stripe-Signature` (<https://docs.stripe.com/webhooks#verify-manually>).

use oneclaw_domain::Timestamp;
use oneclaw_services::WebhookSecret;

/// How far a signature's time may be from ours, in seconds, both ways (contract 16.4).
const MAX_AGE: u64 = 300;

/// Whether the body, as it stands, was signed just now by who has the secret. Only `v1` counts: `v0`
/// is of Stripe's test events and proves nothing. While a secret is rolled there are several.
pub(super) fn holds(secret: &WebhookSecret, header: &str, body: &[u8], now: Timestamp) -> bool {
    let Some(time) = only_time(header) else {
        return false;
    };
    let is_now = time
        .parse::<i64>()
        .is_ok_and(|time| now.seconds().abs_diff(time) <= MAX_AGE);
    is_now && named(header, "v1").any(|tag| secret.signed(&[time.as_bytes(), b".", body], tag))
}

/// The one time there is: of two, the wrong one could be looked at.
fn only_time(header: &str) -> Option<&str> {
    let mut times = named(header, "t");
    let time = times.next()?;
    let is_number = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && times.next().is_none()).then_some(time)
}

fn named<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = header.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(move |(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use oneclaw_services::SecretText;

    /// HMAC-SHA-256 of `1700000000.{}` by `whsec_test`, from another implementation (Python's).
    const TAG: &str = "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91";

    fn holds_at(header: &str, body: &[u8], seconds: i64) -> bool {
        let secret = WebhookSecret::new(SecretText::new("whsec_test".to_owned())).unwrap();
        holds(
            &secret,
            header,
            body,
            Timestamp::from_millis(seconds * 1000),
        )
    }

    #[test]
    fn bil_01_a_signature_holds_for_its_body_and_its_time() {
        let good = format!("t=1700000000,v1={TAG}");
        for at in [1_700_000_000, 1_700_000_300, 1_699_999_700] {
            assert!(holds_at(&good, b"{}", at), "{at}");
        }
        for at in [1_700_000_301, 1_699_999_699, 0, i64::MAX / 1000] {
            assert!(!holds_at(&good, b"{}", at), "{at}");
        }
        assert!(!holds_at(&good, b"{ }", 1_700_000_000));
        let several = format!("t=1700000000,v1={},v0=zz,v1={TAG}", "0".repeat(64));
        assert!(holds_at(&several, b"{}", 1_700_000_000));
        for wrong in [
            String::new(),
            "t=1700000000".to_owned(),
            format!("v1={TAG}"),
            format!("t=1700000000,v0={TAG}"),
            format!("t=1700000000,v1={}", "0".repeat(64)),
            format!("t=+1700000000,v1={TAG}"),
            format!("t=1700000001,v1={TAG}"),
            format!("t=1700000000,t=1700000000,v1={TAG}"),
            format!("t=99999999999999999999,v1={TAG}"),
            format!("t=1700000000;v1={TAG}"),
        ] {
            assert!(!holds_at(&wrong, b"{}", 1_700_000_000), "{wrong}");
        }
    }
}
