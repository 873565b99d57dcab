//! A secret in a body.

use std::fmt;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};
use zeroize::Zeroizing;

/// A text that is not shown and is overwritten when it is dropped.
pub struct SecretField(Zeroizing<String>);

impl SecretField {
    pub(super) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, moved out, still overwritten when it is dropped.
    pub fn into_inner(self) -> Zeroizing<String> {
        self.0
    }
}

impl fmt::Debug for SecretField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretField(redacted)")
    }
}

impl PartialSchema for SecretField {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}
