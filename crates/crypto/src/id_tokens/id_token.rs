//! An id token before its signature was checked.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::IdClaims;
use crate::TokenError;
use crate::tokens::object_within;

/// Bytes of the longest token that is looked at: Google's have about 1,200, those of issuers that list groups more.
const MAX_TOKEN_LEN: usize = 16 * 1024;
/// Bytes of the longest `kid` that is looked up.
const MAX_KID_LEN: usize = 256;
/// How deep claims may nest: `resource_access.account.roles` and the like of other issuers are four levels.
const MAX_DEPTH: usize = 8;
/// Members of a header that would change what is verified, or with what; refused unread (RFC 8725 sections 3.1 and
/// 3.10).
const REFUSED: [&str; 9] = [
    "crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "epk",
];

/// A token in compact form (RFC 7515 section 7.1) whose shape is right. Nothing that it says is proved: its claims
/// come out of [`IssuerKeys::verify`](crate::IssuerKeys::verify) alone.
pub struct IdToken {
    pub(super) kid: String,
    pub(super) algorithm: String,
    /// What was signed.
    pub(super) message: String,
    pub(super) signature: Vec<u8>,
    pub(super) claims: IdClaims,
}

impl IdToken {
    /// Reads a token.
    ///
    /// # Errors
    /// [`TokenError::Malformed`] for anything but a signed token of JSON claims that names its key.
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Malformed)?;
        // The engine takes no padding, no white space and no unused bits, so a fourth part fails here, too.
        let [header, payload, signature] = [header, payload, signature].map(|part| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| TokenError::Malformed)
        });
        let (header, payload, signature) = (header?, payload?, signature?);
        let (algorithm, kid) = named_key(&header)?;
        let claims = object_within(&payload, MAX_DEPTH).ok_or(TokenError::Malformed)?;
        Ok(Self {
            kid,
            algorithm,
            message: message.to_owned(),
            signature,
            claims: IdClaims(claims),
        })
    }

    /// The key that it says it was signed with.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The issuer that it claims to be from, to find whose keys to hold it against.
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.claims.text("iss")
    }
}

impl fmt::Debug for IdToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdToken(redacted)")
    }
}

/// The algorithm and the key that a header names.
fn named_key(header: &[u8]) -> Result<(String, String), TokenError> {
    let mut header = object_within(header, MAX_DEPTH).ok_or(TokenError::Malformed)?;
    let (algorithm, key_id) = (header.remove("alg"), header.remove("kid"));
    let (Some(Value::String(algorithm)), Some(Value::String(key_id))) = (algorithm, key_id) else {
        return Err(TokenError::Malformed);
    };
    // `at+jwt`, `logout+jwt` and others are tokens for something else (RFC 8725 section 3.11)
    let is_plain = match header.get("typ") {
        None => true,
        Some(kind) => kind
            .as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("JWT")),
    };
    let is_known = is_plain
        && !key_id.is_empty()
        && key_id.len() <= MAX_KID_LEN
        && !REFUSED.iter().any(|name| header.contains_key(*name));
    is_known
        .then_some((algorithm, key_id))
        .ok_or(TokenError::Malformed)
}
