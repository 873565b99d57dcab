//! The public half of a signing key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sha256;

/// The public half of a signing key, Ed25519. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    kid: String,
    raw: [u8; 32],
}

impl VerifyingKey {
    /// The key with these 32 raw bytes (RFC 8032 section 5.1.5).
    pub fn from_raw(raw: [u8; 32]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(raw);
        // RFC 7638 section 3: the required members only, in lexicographic order, without white space.
        let thumbprint = sha256(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes());
        Self {
            kid: URL_SAFE_NO_PAD.encode(thumbprint),
            raw,
        }
    }

    /// The key id in headers and in the JWKS: the thumbprint of RFC 7638 in base64url, 43 characters.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The 32 raw bytes.
    pub fn public_raw(&self) -> [u8; 32] {
        self.raw
    }

    /// As a member of a JWK set (RFC 8037 section 2), public members only.
    fn to_jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
            "kid": self.kid, "x": URL_SAFE_NO_PAD.encode(self.raw),
        })
    }
}

/// The JWK set (RFC 7517 section 5) of all keys that still verify tokens.
pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Value {
    let keys: Vec<Value> = keys.into_iter().map(VerifyingKey::to_jwk).collect();
    json!({ "keys": keys })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kid_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let raw = URL_SAFE_NO_PAD.decode(x).unwrap().try_into().unwrap();
        let key = VerifyingKey::from_raw(raw);
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(
            jwks([&key]),
            json!({"keys": [{
                "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "x": x,
            }]})
        );
        assert_eq!(jwks([]), json!({"keys": []}));
    }
}
