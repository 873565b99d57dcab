//! What clients keep with an agent, though this server makes nothing of it (contract 13, "echoed
//! fields"), but for one: `execution_require_tee` stops every read of a value.

use crate::Invalid;
use crate::metadata::has_nul;
use serde_json::{Map, Value};

/// Longest of all together, as JSON, in bytes.
const MAX_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy)]
enum Kind {
    Flag,
    Number,
    /// A number, or its decimal digits in a string.
    Amount,
    Text,
    List,
    Object,
}

/// A field: its name, its JSON type, and whether strict clients do not know it.
const FIELDS: &[(&str, Kind, bool)] = &[
    ("shroud_config", Kind::Object, false),
    ("tx_to_allowlist", Kind::List, false),
    ("tx_max_value_eth", Kind::Amount, false),
    ("tx_daily_limit_eth", Kind::Amount, false),
    ("tx_allowed_chains", Kind::List, false),
    ("tx_max_value", Kind::Amount, true),
    ("tx_daily_limit", Kind::Amount, true),
    ("tx_token_allowlist", Kind::List, true),
    ("tx_known_tokens_only", Kind::Flag, true),
    ("xrpl_allowed_tx_types", Kind::List, true),
    ("per_chain_guardrails", Kind::Object, true),
    ("tx_max_per_day", Kind::Number, true),
    ("tx_overhead_budget", Kind::Object, true),
    ("solana_ata_allowlist", Kind::List, true),
    ("execution_intents_enabled", Kind::Flag, true),
    ("execution_guardrails", Kind::Object, true),
    ("intents_require_tee", Kind::Flag, true),
    ("execution_require_tee", Kind::Flag, true),
    ("cards_enabled", Kind::Flag, true),
    ("card_max_order_usd", Kind::Amount, true),
    ("card_daily_limit_usd", Kind::Amount, true),
    ("card_payto_allowlist", Kind::List, true),
    ("card_reveal_enabled", Kind::Flag, true),
    ("card_require_approval", Kind::Flag, true),
    ("federation_enabled", Kind::Flag, true),
    ("federation_audiences", Kind::List, true),
    ("federated_token_ttl_seconds", Kind::Number, true),
    ("signing_chains", Kind::List, true),
    ("eip712_domain_allowlist", Kind::List, true),
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
            if !value.is_null() && !fits(*kind, value) {
                return Err((name, Invalid::new(expected(*kind))));
            }
            if has_nul(value) {
                return Err((name, Invalid::new("must not contain NUL characters")));
            }
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

fn fits(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Flag => value.is_boolean(),
        Kind::Number => value.is_i64() || value.is_u64(),
        Kind::Amount => value.is_number() || value.as_str().is_some_and(|text| text.len() <= 64),
        Kind::Text => value.is_string(),
        Kind::List => value.is_array(),
        Kind::Object => value.is_object(),
    }
}

const fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Flag => "must be true or false",
        Kind::Number => "must be a whole number",
        Kind::Amount => "must be a number or a decimal string",
        Kind::Text => "must be a string",
        Kind::List => "must be a list",
        Kind::Object => "must be an object",
    }
}
