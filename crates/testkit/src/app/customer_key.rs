//! A key that stays with the client, and what a client does with it.

use super::{Answer, Person};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oneclaw_services::CmekKey;
use serde_json::json;
use std::fmt::Write as _;

/// A customer's key of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerKey(String);

impl CustomerKey {
    /// The key of 32 times this byte.
    pub fn of(byte: u8) -> Self {
        Self(STANDARD.encode([byte; 32]))
    }

    /// The key, as it is sent in a rotation.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the server is told of it.
    pub fn fingerprint(&self) -> String {
        self.key()
            .fingerprint()
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _written = write!(text, "{byte:02x}");
                text
            })
    }

    /// A value, as a client puts it.
    ///
    /// # Panics
    /// The random generator fails.
    pub fn encrypt(&self, value: &str) -> String {
        let sealed = self.key().seal(value.as_bytes());
        sealed.unwrap_or_else(|error| panic!("a blob: {error}"))
    }

    /// The value in a blob; `None` where it is under another key.
    pub fn decrypt(&self, blob: &str) -> Option<String> {
        let opened = self.key().open(blob).ok()?.into_utf8().ok()?;
        Some(opened.expose().to_owned())
    }

    fn key(&self) -> CmekKey {
        CmekKey::parse(&self.0).unwrap_or_else(|error| panic!("a key: {error}"))
    }
}

impl Person {
    /// Says that values of a vault come in under a key.
    pub async fn enable_cmek(&self, vault: &str, key: &CustomerKey) -> Answer {
        let body = json!({ "fingerprint": key.fingerprint() });
        self.post(&format!("/v1/vaults/{vault}/cmek"), body).await
    }

    /// Asks for a vault's values to be brought from one key to another.
    pub async fn rotate_cmek(&self, vault: &str, old: &CustomerKey, new: &CustomerKey) -> Answer {
        self.request("POST", &format!("/v1/vaults/{vault}/cmek-rotate"))
            .header("x-cmek-old-key", old.text())
            .header("x-cmek-new-key", new.text())
            .json(&json!({ "new_fingerprint": new.fingerprint() }))
            .send()
            .await
    }
}
