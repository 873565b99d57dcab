//! What a token says whose signature holds.

use std::fmt;

use serde_json::{Map, Value};

/// The claims of a token whose signature holds. Whether they are true for us is not checked here.
pub struct IdClaims(pub(super) Map<String, Value>);

impl IdClaims {
    /// A claim, whatever it is.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim, where it is a text that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A claim, where it is a text or a list of texts, as `aud` is (RFC 7519 section 4.1.3); else nothing.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let texts = match self.get(name) {
            Some(Value::String(text)) => Some(vec![text.as_str()]),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            _ => None,
        };
        texts.unwrap_or_default()
    }

    /// Whether a claim is the boolean true, and no text that says so.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }

    /// A claim, where it is a `NumericDate` (RFC 7519 section 2) from 1970 to 9999: a number, and no text. What is
    /// beyond the second is cut off.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        /// The last second of the year 9999.
        const LAST: i64 = 253_402_300_799;
        let value = self.get(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "to the second is what is wanted, and a cast of floats saturates"
        )]
        let seconds = value.as_i64().or_else(|| Some(value.as_f64()? as i64))?;
        (0..=LAST).contains(&seconds).then_some(seconds)
    }
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdClaims(redacted)")
    }
}
