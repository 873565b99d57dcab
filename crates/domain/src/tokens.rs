//! What may be shown of a credential.

/// The first 12 characters of an API key: enough to recognize it, of no use to guess it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// The prefix of a whole key.
    pub fn of(key: &str) -> Self {
        Self(key.chars().take(12).collect())
    }

    /// The prefix as it was stored.
    pub fn stored(prefix: String) -> Self {
        Self(prefix)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
