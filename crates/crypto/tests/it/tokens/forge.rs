//! Makes tokens with a true signature over whatever a test wants to say.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oneclaw_crypto::{Claims, SigningKey, TokenError, Verifier};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const ISSUER: &str = "https://vault.example.com";
pub(crate) const AUDIENCE: &str = "oneclaw";

pub(crate) struct Forge {
    pub(crate) key: SigningKey,
    pub(crate) verifier: Verifier,
}

impl Forge {
    pub(crate) fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        let verifier = Verifier::new([key.verifying_key()]).unwrap();
        Self { key, verifier }
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "JWT", "kid": self.key.kid()})
    }

    /// A token with a true signature over whatever is said.
    pub(crate) fn signed(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let pair = Ed25519KeyPair::from_seed_unchecked(self.key.expose_seed()).unwrap();
        let message = message(header, payload);
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    pub(crate) fn with_header(&self, header: &Value) -> String {
        self.signed(header.to_string(), payload().to_string())
    }

    pub(crate) fn with_payload(&self, payload: &impl ToString) -> String {
        self.signed(self.header().to_string(), payload.to_string())
    }

    pub(crate) fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        self.verifier.verify(token, NOW, ISSUER, AUDIENCE)
    }

    #[track_caller]
    pub(crate) fn refuses(&self, token: &str, reason: TokenError) {
        assert_eq!(self.verify(token).unwrap_err(), reason, "{token:.200}");
    }
}

pub(crate) fn message(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    )
}

pub(crate) fn payload() -> Value {
    json!({
        "sub": "user:1", "org": "o", "sid": "s", "jti": "j", "iss": ISSUER, "aud": AUDIENCE,
        "iat": NOW - 10, "exp": NOW + 890, "scopes": [],
    })
}

/// The payload with one claim set, or left out when `value` is null.
pub(crate) fn bent(name: &str, value: Value) -> Value {
    let mut payload = payload();
    let claims = payload.as_object_mut().unwrap();
    claims.remove(name);
    if !value.is_null() {
        claims.insert(name.to_owned(), value);
    }
    payload
}
