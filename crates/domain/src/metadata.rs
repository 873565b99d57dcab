//! The JSON object that people attach to a version.

use crate::Invalid;
use serde_json::{Map, Value};

/// Largest metadata, in bytes of compact JSON (contract 11: 16 KiB).
const MAX_BYTES: usize = 16 * 1024;

/// A JSON object whose numbers every store and every reader takes for the same number.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// Reads an object from JSON text that was already found well-formed.
    ///
    /// # Errors
    /// Not an object; too large; NUL characters (Postgres' `jsonb` cannot hold them); integers
    /// beyond 64 bits and floats beyond double precision, which would come back as another number.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        match exact(json)? {
            Value::Object(map) => Self::checked(map),
            _ => Err(Invalid::new("must be an object")),
        }
    }

    /// Checks an object that was built in code.
    ///
    /// # Errors
    /// Too large, or NUL characters.
    pub fn checked(map: Map<String, Value>) -> Result<Self, Invalid> {
        let value = Value::Object(map);
        if has_nul(&value) {
            return Err(Invalid::new("must not contain NUL characters"));
        }
        match value {
            Value::Object(map) if compact_len(&map) <= MAX_BYTES => Ok(Self(map)),
            _ => Err(Invalid::because(format!(
                "must be at most {MAX_BYTES} bytes"
            ))),
        }
    }

    /// The object as it was stored.
    pub fn stored(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            _ => Self::default(),
        }
    }

    /// This object with a text under `key`, unless the key is there already.
    ///
    /// # Errors
    /// As for [`Metadata::checked`].
    pub fn or_text(mut self, key: &str, text: &str) -> Result<Self, Invalid> {
        self.0
            .entry(key)
            .or_insert_with(|| Value::String(text.to_owned()));
        Self::checked(self.0)
    }

    /// The object as a JSON value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

fn compact_len(map: &Map<String, Value>) -> usize {
    serde_json::to_string(map).map_or(usize::MAX, |text| text.len())
}

pub(crate) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The value of JSON text that was already found well-formed.
///
/// # Errors
/// A number that would come back as another one.
pub(crate) fn exact(json: &str) -> Result<Value, Invalid> {
    const OUTSIDE: Invalid = Invalid::new("has a number outside the 64-bit range");
    if !integers_fit(json) {
        return Err(OUTSIDE);
    }
    serde_json::from_str(json).map_err(|_| OUTSIDE)
}

/// Looks at the number tokens themselves: a parsed number no longer tells what was written.
fn integers_fit(json: &str) -> bool {
    let mut rest = json;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (_, found) = rest.split_at(start);
        let token = if found.starts_with('"') {
            string_len(found)
        } else {
            let len = found
                .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
                .unwrap_or(found.len());
            let (number, _) = found.split_at(len);
            let whole = !number.contains(['.', 'e', 'E']);
            if whole && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                return false;
            }
            len
        };
        let (_, after) = found.split_at(token);
        rest = after;
    }
    true
}

fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_05_numbers_stay_themselves() {
        let text = r#"{"a":2,"big":12345678901234567890,"e":1e2,"f":0.12345678901234568,"n":1.0,"s":"99999999999999999999","z":1}"#;
        let read = Metadata::parse(text).unwrap().to_value();
        assert_eq!(read["big"], 12_345_678_901_234_567_890_u64);
        assert_eq!(read["e"], 100.0);
        for bad in [
            r#"{"x":123456789012345678901}"#,
            r#"{"x":1e400}"#,
            r#"{"x":-9223372036854775809}"#,
        ] {
            assert!(Metadata::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn in_04_no_nul_in_metadata() {
        for bad in [
            "{\"a\":\"x\\u0000\"}",
            "{\"a\\u0000\":1}",
            "{\"a\":[{\"b\":\"\\u0000\"}]}",
            "[]",
            "1",
        ] {
            assert!(Metadata::parse(bad).is_err(), "{bad}");
        }
    }
}
