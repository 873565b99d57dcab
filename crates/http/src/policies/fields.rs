//! What the bodies about policies have in common.

use crate::extract::{Fields, Given, RawObject};
use oneclaw_domain::{
    AgentId, AttributeConditions, Conditions, Invalid, Metadata, Principal, UserId,
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Users or agents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PrincipalType {
    User,
    Agent,
}

impl PrincipalType {
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "user" => Ok(Self::User),
            "agent" => Ok(Self::Agent),
            _ => Err(Invalid::new("must be user or agent")),
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
        }
    }

    const fn principal(self, id: Uuid) -> Principal {
        match self {
            Self::User => Principal::User(UserId::from_uuid(id)),
            Self::Agent => Principal::Agent(AgentId::from_uuid(id)),
        }
    }
}

/// An id: bare, or with its type in front.
pub(super) struct PrincipalId {
    pub(super) prefix: Option<PrincipalType>,
    pub(super) id: Uuid,
}

impl PrincipalId {
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let prefixed = [PrincipalType::User, PrincipalType::Agent]
            .into_iter()
            .find_map(|kind| {
                let id = text.strip_prefix(kind.as_str())?.strip_prefix(':')?;
                Some((kind, id))
            });
        let (prefix, id) = match prefixed {
            Some((kind, id)) => (Some(kind), id),
            None => (None, text),
        };
        UserId::parse(id).map(|id| Self {
            prefix,
            id: id.uuid(),
        })
    }
}

/// Whom it is about: `principal_type` and `principal_id`.
pub(super) fn principal(
    fields: &mut Fields,
    kind: Given<String>,
    id: Given<String>,
) -> Option<Principal> {
    let kind = fields.required("principal_type", kind, |text| PrincipalType::parse(&text));
    let id = fields.required("principal_id", id, |text| PrincipalId::parse(&text));
    let (kind, id) = kind.zip(id)?;
    if id.prefix.is_some_and(|prefix| prefix != kind) {
        let other = Invalid::new("must be of the type that principal_type says");
        return fields.refuse("principal_id", &other);
    }
    Some(kind.principal(id.id))
}

/// `conditions`.
pub(super) fn conditions(raw: &RawObject) -> Result<Conditions, Invalid> {
    Conditions::parse(&object(raw)?)
}

/// `attribute_conditions`.
pub(super) fn attributes(raw: &RawObject) -> Result<AttributeConditions, Invalid> {
    AttributeConditions::parse(&object(raw)?)
}

/// An object with numbers that every store keeps as they are.
fn object(raw: &RawObject) -> Result<Map<String, Value>, Invalid> {
    match Metadata::parse(raw.expose())?.to_value() {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// `consensus_trigger`: a condition that would not be kept must not be taken.
pub(super) fn no_consensus(fields: &mut Fields, given: &Given<RawObject>) -> Option<()> {
    if given.is_given() {
        return fields.refuse("consensus_trigger", &Invalid::new("is not supported"));
    }
    Some(())
}

/// `policy_schema_version`.
pub(super) fn schema_version(number: i64) -> Result<i64, Invalid> {
    if (1..=2).contains(&number) {
        Ok(number)
    } else {
        Err(Invalid::new("must be 1 or 2"))
    }
}
