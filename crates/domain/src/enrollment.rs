//! Agents that ask to be registered.

use crate::{AgentId, AgentName, Description, Email, EnrollmentId, Invalid, OrgId, Timestamp};

/// How long a request stands, in seconds: 7 days (contract 3.1).
pub const ENROLLMENT_TTL: i64 = 7 * 86_400;

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnrollmentState {
    /// Nobody has decided.
    Pending,
    /// Somebody approved it.
    Approved,
    /// Somebody denied it.
    Denied,
}

impl EnrollmentState {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "denied" => Ok(Self::Denied),
            _ => Err(Invalid::new("must be pending, approved or denied")),
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Enrollment {
    /// Its id, and that of the pairing where there is one.
    pub id: EnrollmentId,
    /// What the agent calls itself.
    pub name: AgentName,
    /// What it says it is for.
    pub description: Description,
    /// The person who may decide; `None` = whoever has the link.
    pub human_email: Option<Email>,
    /// The Ed25519 key that it showed, where it will collect its API key itself.
    pub public_key: Option<[u8; 32]>,
    /// What became of it.
    pub state: EnrollmentState,
    /// The organization that took it in.
    pub org: Option<OrgId>,
    /// The agent that came of it.
    pub agent: Option<AgentId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops standing.
    pub expires_at: Timestamp,
}
