//! What was done, by whom, and whether it was allowed.

use crate::redaction::redacted;
use crate::{EventId, Metered, OrgId, Principal, Timestamp, Usage, UserId};
use serde_json::{Map, Value};
use std::net::IpAddr;
use std::sync::Arc;

/// Who acted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// A person or an agent.
    Principal(Principal),
    /// Nobody known.
    Anonymous,
    /// The server itself.
    System,
}

impl Actor {
    /// The kind, as `actor_type` shows it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Principal(who) => who.kind(),
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }

    /// The id, as `actor_id` shows it: never missing, because clients cut it.
    pub fn id(self) -> String {
        match self {
            Self::Principal(who) => who.uuid().to_string(),
            Self::Anonymous | Self::System => self.kind().to_owned(),
        }
    }
}

/// What was acted on (contract 17).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each name is the word on the wire")]
pub enum ResourceKind {
    Secret,
    Vault,
    Policy,
    Agent,
    ApiKey,
    User,
    Org,
    Session,
    IpRule,
    Share,
    Billing,
    Setting,
}

impl ResourceKind {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Vault => "vault",
            Self::Policy => "policy",
            Self::Agent => "agent",
            Self::ApiKey => "api_key",
            Self::User => "user",
            Self::Org => "org",
            Self::Session => "session",
            Self::IpRule => "ip_rule",
            Self::Share => "share",
            Self::Billing => "billing",
            Self::Setting => "setting",
        }
    }
}

/// One thing that was acted on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditResource {
    /// Its kind.
    pub kind: ResourceKind,
    /// Its id, never empty.
    pub id: String,
}

impl AuditResource {
    /// A resource with this id.
    pub fn new(kind: ResourceKind, id: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }

    /// A person's account.
    pub fn user(id: UserId) -> Self {
        Self::new(ResourceKind::User, &id)
    }
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was refused, with the reason in one word.
    Denied(&'static str),
}

/// Where a request came from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AuditRequest {
    /// The request's id, which is also in the answer and in the log.
    pub request_id: String,
    /// The client's address, where it is known.
    pub ip: Option<IpAddr>,
    /// By what it is metered; `None` = it is not, because it needs no credential.
    pub metered: Option<Arc<Metered>>,
}

/// One line of the journal: everything that the hash chain will cover, but the link itself.
///
/// Never holds a value, password, key or token.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    /// Its id.
    pub id: EventId,
    /// Whose chain it belongs to; `None` = the installation's own.
    pub org: Option<OrgId>,
    /// What was done, in the words of contract 17.
    pub action: &'static str,
    /// Who acted.
    pub actor: Actor,
    /// What was acted on.
    pub resource: AuditResource,
    /// What else is worth knowing.
    pub details: Map<String, Value>,
    /// How it ended.
    pub outcome: Outcome,
    /// Where the request came from.
    pub request: AuditRequest,
    /// When.
    pub created_at: Timestamp,
    /// The metered request that it stands for: no part of what is hashed.
    pub usage: Option<Box<Usage>>,
}

impl AuditEvent {
    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The same event, refused.
    #[must_use]
    pub fn denied(mut self, reason: &'static str) -> Self {
        self.outcome = Outcome::Denied(reason);
        self
    }

    /// The details as they are stored and shown, with `outcome` and `reason` (contract 17), and
    /// without keys and tokens that somebody gave as the name of something.
    pub fn full_details(&self) -> Value {
        let mut details = self.details.clone();
        let outcome = match self.outcome {
            Outcome::Ok => "ok",
            Outcome::Denied(reason) => {
                details.insert("reason".to_owned(), reason.into());
                "denied"
            }
        };
        details.insert("outcome".to_owned(), outcome.into());
        redacted(Value::Object(details))
    }
}
