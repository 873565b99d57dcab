//! What clients keep with an agent, though this server makes nothing of it (contract 13, "echoed
//! fields").

use crate::extract::Fields;
use oneclaw_domain::AgentExtras;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The fields, for the OpenAPI document: kept as they were sent and returned where they were set.
#[expect(
    dead_code,
    reason = "the document alone reads it; on the wire it is a map"
)]
#[derive(ToSchema)]
pub(super) struct EchoedFields {
    /// Without effect.
    shroud_config: Option<Map<String, Value>>,
    /// Without effect.
    tx_to_allowlist: Option<Vec<String>>,
    /// The same as `tx_max_value`; a number, too.
    tx_max_value_eth: Option<String>,
    /// The same as `tx_daily_limit`; a number, too.
    tx_daily_limit_eth: Option<String>,
    /// Without effect.
    tx_allowed_chains: Option<Vec<String>>,
    /// Without effect; a number, too.
    tx_max_value: Option<String>,
    /// Without effect; a number, too.
    tx_daily_limit: Option<String>,
    /// Without effect.
    tx_token_allowlist: Option<Vec<String>>,
    /// Without effect.
    tx_known_tokens_only: Option<bool>,
    /// Without effect.
    xrpl_allowed_tx_types: Option<Vec<String>>,
    /// Without effect.
    per_chain_guardrails: Option<Map<String, Value>>,
    /// Without effect.
    tx_max_per_day: Option<i64>,
    /// Without effect.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    tx_overhead_budget: Option<Map<String, Value>>,
    /// Without effect.
    solana_ata_allowlist: Option<Vec<String>>,
    /// Without effect.
    execution_intents_enabled: Option<bool>,
    /// Without effect.
    execution_guardrails: Option<Map<String, Value>>,
    /// Without effect.
    intents_require_tee: Option<bool>,
    /// Stops every read of a value: the agent uses values without seeing them.
    execution_require_tee: Option<bool>,
    /// Without effect.
    cards_enabled: Option<bool>,
    /// Without effect; a number, too.
    card_max_order_usd: Option<String>,
    /// Without effect; a number, too.
    card_daily_limit_usd: Option<String>,
    /// Without effect.
    card_payto_allowlist: Option<Vec<String>>,
    /// Without effect.
    card_reveal_enabled: Option<bool>,
    /// Without effect.
    card_require_approval: Option<bool>,
    /// Without effect.
    federation_enabled: Option<bool>,
    /// Without effect.
    #[schema(schema_with = uris)]
    federation_audiences: Option<Vec<String>>,
    /// Without effect.
    federated_token_ttl_seconds: Option<i64>,
    /// Without effect.
    signing_chains: Option<Vec<String>>,
    /// Without effect.
    eip712_domain_allowlist: Option<Vec<Map<String, Value>>>,
    /// Without effect.
    eip712_default_policy: Option<String>,
    /// Without effect.
    message_signing_enabled: Option<bool>,
    /// Without effect.
    raw_signing_enabled: Option<bool>,
    /// Without effect.
    per_environment_guardrails: Option<Map<String, Value>>,
}

fn uris() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaFormat, Type};
    let uri = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uri".to_owned())));
    ArrayBuilder::new()
        .items(uri)
        .description(Some("Without effect."))
        .build()
}

/// All that a body says, each value as its text: a number that was read no longer tells what was
/// written.
pub(super) type RawFields = BTreeMap<String, Box<RawValue>>;

/// A body's known fields, and all that it says.
pub(super) struct Whole<T> {
    pub(super) known: T,
    pub(super) all: RawFields,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        // serde's own text can repeat a value
        let wrong = |_| D::Error::custom("must be an object");
        Ok(Self {
            known: serde_json::from_str(text.get()).map_err(wrong)?,
            all: serde_json::from_str(text.get()).map_err(wrong)?,
        })
    }
}

impl<T: Default> Default for Whole<T> {
    fn default() -> Self {
        Self {
            known: T::default(),
            all: RawFields::new(),
        }
    }
}

/// The echoed fields among `all`, each of its type. `None` means that something is wrong with one.
pub(super) fn echoed(fields: &mut Fields, all: &RawFields) -> Option<Map<String, Value>> {
    let mut kept = Map::new();
    let mut sound = true;
    for (name, json) in all {
        match AgentExtras::read(name, json.get()) {
            Some((name, Ok(value))) => {
                kept.insert(name.to_owned(), value);
            }
            Some((name, Err(invalid))) => {
                sound = false;
                fields.refuse::<()>(name, &invalid);
            }
            None => {}
        }
    }
    sound.then_some(kept)
}
