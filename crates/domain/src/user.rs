//! People, and who a request acts for.

use crate::{AgentId, AuthMethod, DisplayName, Email, Invalid, OrgId, Timestamp, UserId};
use std::fmt;

/// What a member may do in the organization. Ordered: owner > admin > member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Needs a grant for everything but what they made.
    Member,
    /// Manages every vault and the members.
    Admin,
    /// An admin who also gives and takes ownership.
    Owner,
}

impl Role {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "member" => Ok(Self::Member),
            "admin" => Ok(Self::Admin),
            "owner" => Ok(Self::Owner),
            _ => Err(Invalid::new("must be owner, admin or member")),
        }
    }

    /// Owners and admins manage every vault of the organization (contract 4.2).
    pub const fn manages_vaults(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }

    /// Whether who has this role may give somebody that one: nobody gives what they do not hold.
    pub const fn may_give(self, role: Self) -> bool {
        match role {
            Self::Owner => matches!(self, Self::Owner),
            Self::Admin | Self::Member => self.manages_vaults(),
        }
    }
}

/// A person's account.
#[derive(Clone, Debug)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The organization it belongs to.
    pub org: OrgId,
    /// Where the person is reached; unique in the installation.
    pub email: Email,
    /// What others see.
    pub display_name: DisplayName,
    /// How the account was made.
    pub auth_method: AuthMethod,
    /// The person's place in the organization.
    pub role: Role,
    /// Whether the address was proved.
    pub email_verified: bool,
    /// Whether the person wants news.
    pub marketing_emails: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Who somebody is to an OpenID Connect issuer: these two together, and never the address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FederatedIdentity {
    /// The issuer, as its tokens name it.
    pub issuer: String,
    /// The person's id there (`sub`), at most 255 characters (OpenID Connect Core 2).
    pub subject: String,
}

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Principal {
    /// A person.
    User(UserId),
    /// An agent.
    Agent(AgentId),
}

impl fmt::Display for Principal {
    /// With its kind in front, as `created_by` of secrets and `sub` of tokens show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Agent(id) => write!(f, "agent:{id}"),
        }
    }
}

impl Principal {
    /// The kind alone.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Agent(_) => "agent",
        }
    }

    /// The bare id.
    pub const fn uuid(self) -> uuid::Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Agent(id) => id.uuid(),
        }
    }

    /// Reads what [`Principal`]'s `Display` wrote.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.split_once(':') {
            Some(("user", id)) => UserId::parse(id).map(Self::User),
            Some(("agent", id)) => AgentId::parse(id).map(Self::Agent),
            _ => Err(Invalid::new("must be user:<uuid> or agent:<uuid>")),
        }
    }
}
