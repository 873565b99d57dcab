//! Access tokens that say whatever a test wants them to say.

use super::TestApp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oneclaw_crypto::{Context, SigningKey, Wrapped};
use oneclaw_services::KeyProvider as _;
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

/// A signing key in the hands of a test.
pub struct TokenForge {
    pair: Ed25519KeyPair,
    kid: String,
    public: [u8; 32],
}

impl TokenForge {
    /// With a key that no server knows.
    ///
    /// # Panics
    /// The system has no random numbers.
    pub fn stranger() -> Self {
        Self::with(&SigningKey::generate().unwrap_or_else(|error| panic!("no key: {error}")))
    }

    fn with(key: &SigningKey) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(key.expose_seed())
            .unwrap_or_else(|error| panic!("no key pair: {error}"));
        let (kid, public) = (key.kid().to_owned(), key.public_raw());
        Self { pair, kid, public }
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The raw public half.
    pub fn public_raw(&self) -> [u8; 32] {
        self.public
    }

    /// A true signature over any header and any payload.
    pub fn signed(&self, header: &str, payload: &str) -> String {
        let message = unsigned(header, payload);
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// The header that the server itself writes.
    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.kid })
    }

    /// A token with these claims, and a header as the server writes it.
    pub fn token(&self, claims: &Value) -> String {
        self.signed(&self.header().to_string(), &claims.to_string())
    }
}

/// What is signed of a token.
pub fn unsigned(header: &str, payload: &str) -> String {
    let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{payload}")
}

/// What is signed of a token, with an HS256 signature by a secret (RFC 7518 3.2).
pub fn hs256(message: &str, secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

/// What a token says in its header.
pub fn token_header(token: &str) -> Value {
    part(token, 0)
}

/// What a token claims.
pub fn token_claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .unwrap_or_else(|error| panic!("no token: {error}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("no token: {error}"))
}

/// Whether a token's signature is that of this raw Ed25519 key.
pub fn token_verifies(token: &str, public_raw: &[u8]) -> bool {
    token.rsplit_once('.').is_some_and(|(message, signature)| {
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let key = UnparsedPublicKey::new(&ED25519, public_raw);
        key.verify(message.as_bytes(), &signature).is_ok()
    })
}

impl TestApp {
    /// The key that signs tokens now, as somebody would hold it who has the store and the master
    /// key.
    ///
    /// # Panics
    /// There is none, or it does not open.
    pub async fn token_forge(&self) -> TokenForge {
        let hex = match self.kind() {
            crate::StoreKind::Sqlite => "hex(wrapped)",
            crate::StoreKind::Postgres => "encode(wrapped, 'hex')",
        };
        let sql = format!(
            "SELECT id || ' ' || {hex} AS text FROM installation_keys \
             WHERE purpose = 'token_signing' AND retires_at IS NULL"
        );
        let rows = self.rows(&sql).await;
        let row = rows.first().and_then(|row| row.split_once(' '));
        let Some((kid, wrapped)) = row else {
            panic!("no signing key: {}", rows.len())
        };
        let wrapped = Wrapped::parse(from_hex(wrapped)).unwrap_or_else(|e| panic!("{kid}: {e}"));
        let context = Context::new("token signing key").with(kid.as_bytes());
        let seed = self.key_provider().unwrap(&context, &wrapped).await;
        let seed = seed.unwrap_or_else(|error| panic!("{kid}: {error}"));
        let key = SigningKey::from_seed(seed.expose()).unwrap_or_else(|e| panic!("{kid}: {e}"));
        TokenForge::with(&key)
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    text.as_bytes().chunks(2).filter_map(byte).collect()
}
