//! What clients keep with an agent, though this server makes nothing of it (contract 13, "echoed
//! fields"), but for one: `execution_require_tee` stops every read of a value.

use crate::Invalid;
use crate::metadata::{exact, has_nul};
use serde_json::{Map, Value};

/// Longest of all together, as JSON, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Longest decimal string, in bytes: that of 2^128 with 18 decimals fits.
const MAX_DIGITS: usize = 64;

#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Number,
    /// A number, or a string of decimal digits, with a fraction or without.
    Amount,
    Text,
    /// A list of strings.
    Texts,
    Object,
    /// A list of objects.
    Objects,
}

/// A field: its name, its JSON type, and whether strict clients do not know it.
const FIELDS: &[(&str, Kind, bool)] = &[
    ("shroud_config", Kind::Object, false),
    ("tx_to_allowlist", Kind::Texts, false),
    ("tx_max_value_eth", Kind::Amount, false),
    ("tx_daily_limit_eth", Kind::Amount, false),
    ("tx_allowed_chains", Kind::Texts, false),
    ("tx_max_value", Kind::Amount, true),
    ("tx_daily_limit", Kind::Amount, true),
    ("tx_token_allowlist", Kind::Texts, true),
    ("tx_known_tokens_only", Kind::Flag, true),
    ("xrpl_allowed_tx_types", Kind::Texts, true),
    ("per_chain_guardrails", Kind::Object, true),
    ("tx_max_per_day", Kind::Number, true),
    ("tx_overhead_budget", Kind::Object, true),
    ("solana_ata_allowlist", Kind::Texts, true),
    ("execution_intents_enabled", Kind::Flag, true),
    ("execution_guardrails", Kind::Object, true),
    ("intents_require_tee", Kind::Flag, true),
    ("execution_require_tee", Kind::Flag, true),
    ("cards_enabled", Kind::Flag, true),
    ("card_max_order_usd", Kind::Amount, true),
    ("card_daily_limit_usd", Kind::Amount, true),
    ("card_payto_allowlist", Kind::Texts, true),
    ("card_reveal_enabled", Kind::Flag, true),
    ("card_require_approval", Kind::Flag, true),
    ("federation_enabled", Kind::Flag, true),
    ("federation_audiences", Kind::Texts, true),
    ("federated_token_ttl_seconds", Kind::Number, true),
    ("signing_chains", Kind::Texts, true),
    ("eip712_domain_allowlist", Kind::Objects, true),
    ("eip712_default_policy", Kind::Text, true),
    ("message_signing_enabled", Kind::Flag, true),
    ("raw_signing_enabled", Kind::Flag, true),
    ("per_environment_guardrails", Kind::Object, true),
];

/// Pairs of names for one thing: setting one sets both.
const ALIASES: &[(&str, &str)] = &[
    ("tx_max_value", "tx_max_value_eth"),
    ("tx_daily_limit", "tx_daily_limit_eth"),
];

/// The fields that were set.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AgentExtras(Map<String, Value>);

impl AgentExtras {
    /// The fields' names, and whether strict clients do not know them.
    pub fn names() -> impl Iterator<Item = (&'static str, bool)> {
        FIELDS.iter().map(|(name, _, beyond)| (*name, *beyond))
    }

    /// Reads one field from JSON text that was already found well-formed; `None` for other names.
    ///
    /// # Errors
    /// The wrong JSON type; NUL characters; a number that would come back as another one.
    pub fn read(name: &str, json: &str) -> Option<(&'static str, Result<Value, Invalid>)> {
        let (name, kind, _) = FIELDS.iter().find(|(known, ..)| *known == name)?;
        let value = exact(json).and_then(|value| checked(*kind, &value).map(|()| value));
        Some((name, value))
    }

    /// The fields that differ from those of `other`.
    pub fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'static str> {
        let names = FIELDS.iter().map(|(name, ..)| *name);
        names.filter(|name| self.0.get(*name) != other.0.get(*name))
    }

    /// As they were stored.
    pub const fn stored(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// Those that are set.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Sets what `given` names: null clears, other names are not looked at.
    ///
    /// # Errors
    /// The first field of the wrong JSON type, by name, or [`MAX_BYTES`] exceeded.
    pub fn set(&mut self, given: &Map<String, Value>) -> Result<(), (&'static str, Invalid)> {
        for (name, kind, _) in FIELDS {
            let Some(value) = given.get(*name) else {
                continue;
            };
            checked(*kind, value).map_err(|invalid| (*name, invalid))?;
            self.put(name, value);
            for (one, other) in ALIASES {
                if name == one && !given.contains_key(*other) {
                    self.put(other, value);
                } else if name == other && !given.contains_key(*one) {
                    self.put(one, value);
                }
            }
        }
        let bytes = serde_json::to_string(&self.0).map_or(usize::MAX, |text| text.len());
        if bytes > MAX_BYTES {
            return Err((
                "agent",
                Invalid::new("its extra fields must be at most 64 KiB"),
            ));
        }
        Ok(())
    }

    /// Whether every read of a value is stopped.
    pub fn requires_tee(&self) -> bool {
        self.0.get("execution_require_tee") == Some(&Value::Bool(true))
    }

    fn put(&mut self, name: &str, value: &Value) {
        if value.is_null() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value.clone());
        }
    }
}

fn checked(kind: Kind, value: &Value) -> Result<(), Invalid> {
    if !value.is_null() && !fits(kind, value) {
        return Err(Invalid::new(expected(kind)));
    }
    if has_nul(value) {
        return Err(Invalid::new("must not contain NUL characters"));
    }
    Ok(())
}

fn fits(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Flag => value.is_boolean(),
        Kind::Number => value.is_i64() || value.is_u64(),
        Kind::Amount => value.is_number() || value.as_str().is_some_and(is_decimal),
        Kind::Text => value.is_string(),
        Kind::Texts => are_all(value, Value::is_string),
        Kind::Object => value.is_object(),
        Kind::Objects => are_all(value, Value::is_object),
    }
}

fn are_all(list: &Value, fits: fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|items| items.iter().all(fits))
}

/// Digits, and a point with digits behind it or none: no sign, exponent or blank.
fn is_decimal(text: &str) -> bool {
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    text.len() <= MAX_DIGITS && are_digits(whole) && fraction.is_none_or(are_digits)
}

const fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Flag => "must be true or false",
        Kind::Number => "must be a whole number",
        Kind::Amount => "must be a number or a decimal string",
        Kind::Text => "must be a string",
        Kind::Texts => "must be a list of strings",
        Kind::Object => "must be an object",
        Kind::Objects => "must be a list of objects",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(name: &str, json: &str) -> bool {
        AgentExtras::read(name, json).unwrap().1.is_ok()
    }

    #[test]
    fn in_05_amounts_are_numbers_or_decimal_strings() {
        for good in [
            "0",
            "1.5",
            "18446744073709551615",
            r#""0""#,
            r#""0.001""#,
            r#""007""#,
        ] {
            assert!(reads("tx_max_value", good), "{good}");
        }
        let longest = format!("\"{}\"", "9".repeat(64));
        assert!(reads("card_max_order_usd", &longest));
        let too_long = format!("\"{}\"", "9".repeat(65));
        for bad in [
            r#""""#,
            r#"".""#,
            r#""1.""#,
            r#"".5""#,
            r#""1.2.3""#,
            r#""-1""#,
            r#""+1""#,
            r#""1e3""#,
            r#"" 1""#,
            r#""0x1""#,
            r#""ten""#,
            r#""٣""#,
            "true",
            "[]",
            &too_long,
        ] {
            assert!(!reads("tx_max_value", bad), "{bad}");
        }
    }

    #[test]
    fn in_05_numbers_stay_themselves() {
        for (name, bad) in [
            ("tx_max_value", "18446744073709551616"),
            ("tx_max_value", "1e400"),
            ("tx_max_per_day", "-9223372036854775809"),
            (
                "shroud_config",
                r#"{"a":[{"b":123456789012345678901234567890}]}"#,
            ),
        ] {
            assert!(!reads(name, bad), "{name}: {bad}");
        }
        let kept = r#"{"a":"123456789012345678901234567890","b":-9223372036854775808}"#;
        let (name, value) = AgentExtras::read("shroud_config", kept).unwrap();
        assert_eq!(
            (name, value.unwrap().to_string().as_str()),
            ("shroud_config", kept)
        );
        assert!(AgentExtras::read("unknown", "123456789012345678901234567890").is_none());
    }
}
