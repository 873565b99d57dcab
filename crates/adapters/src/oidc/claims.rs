//! What a token whose signature holds must say (OpenID Connect Core 3.1.3.7).

use super::OidcIssuer;
use oneclaw_domain::{DisplayName, Email, FederatedIdentity, Timestamp};
use oneclaw_services::{IdClaims, VerifiedIdentity};

/// How far the issuer's clock may be from ours, in seconds.
const LEEWAY: i64 = 30;
/// How long after it was made a token is of use, in seconds, whatever it says itself.
const MAX_AGE: i64 = 86_400;
/// Characters of a `sub` (OpenID Connect Core 2).
const MAX_SUBJECT: usize = 255;

/// Whom the token vouches for; `None` if it does not, not now, or not to us.
pub(super) fn vouched(
    claims: &IdClaims,
    issuer: &OidcIssuer,
    nonce: Option<&str>,
    now: Timestamp,
) -> Option<VerifiedIdentity> {
    if !issuer.is_named(claims.text("iss")?) || !is_for_us(claims, issuer) {
        return None;
    }
    let ends = last_second(claims, now.seconds())?;
    let stated = claims.text("nonce");
    if nonce.is_some() && nonce != stated {
        return None;
    }
    if !claims.is_true("email_verified") {
        return None;
    }
    let subject = claims.text("sub")?;
    if subject.chars().count() > MAX_SUBJECT || subject.chars().any(char::is_control) {
        return None;
    }
    let name = claims.text("name");
    Some(VerifiedIdentity {
        identity: FederatedIdentity {
            issuer: issuer.issuer.clone(),
            subject: subject.to_owned(),
        },
        email: Email::parse(claims.text("email")?).ok()?,
        display_name: name.and_then(|name| DisplayName::parse(name).ok()),
        nonce: stated.map(str::to_owned),
        expires_at: Timestamp::from_millis(ends.saturating_mul(1000)),
    })
}

/// A token for us alone; or for others too, where we are who it was given to (`azp`).
fn is_for_us(claims: &IdClaims, issuer: &OidcIssuer) -> bool {
    let is_ours = |name: &str| issuer.client_ids.iter().any(|ours| ours == name);
    match claims.texts("aud").as_slice() {
        [] => false,
        [one] => is_ours(one),
        several => {
            several.iter().any(|name| is_ours(name)) && claims.text("azp").is_some_and(is_ours)
        }
    }
}

/// The first second at which the token no longer holds; `None` if it does not hold now.
fn last_second(claims: &IdClaims, now: i64) -> Option<i64> {
    let (made, ends) = (claims.seconds("iat")?, claims.seconds("exp")?);
    let not_before = match claims.get("nbf") {
        Some(_) => claims.seconds("nbf")?,
        None => made,
    };
    let ends = (ends + LEEWAY).min(made + MAX_AGE + LEEWAY);
    let begins = made.max(not_before) - LEEWAY;
    (begins <= now && now < ends).then_some(ends)
}
