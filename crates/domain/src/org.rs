//! Organizations, and what their plan allows.

use crate::{Invalid, OrgId, OrgName, Timestamp};

/// The tenant.
#[derive(Clone, Debug)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// What members see.
    pub name: OrgName,
    /// Its plan.
    pub tier: Tier,
    /// Whether it runs this installation (the first one made); exempt from limits.
    pub is_platform: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How often access in an organization has changed. Two equal epochs mean that nothing known of
/// its principals is out of date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Epoch(pub i64);

/// A plan (contract 16.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tier {
    /// No charge.
    Free,
    /// For small teams.
    Pro,
    /// For companies.
    Business,
    /// Without limits.
    Enterprise,
}

/// What a plan counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resource {
    /// Vaults, the system's own not counted.
    Vaults,
    /// Live secret paths.
    Secrets,
    /// Active agents.
    Agents,
}

impl Resource {
    /// The word in messages: `Vault limit reached`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Vaults => "Vault",
            Self::Secrets => "Secret",
            Self::Agents => "Agent",
        }
    }
}

/// How many of a thing; `None` = without limit.
pub type Limit = Option<i64>;

/// The numbers of one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierLimits {
    /// Vaults per organization.
    pub vaults: Limit,
    /// Live secret paths per organization.
    pub secrets: Limit,
    /// Active agents per organization.
    pub agents: Limit,
}

impl TierLimits {
    /// The limit of one resource.
    pub const fn of(self, resource: Resource) -> Limit {
        match resource {
            Resource::Vaults => self.vaults,
            Resource::Secrets => self.secrets,
            Resource::Agents => self.agents,
        }
    }
}

impl Tier {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Business => "business",
            Self::Enterprise => "enterprise",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "free" => Ok(Self::Free),
            "pro" => Ok(Self::Pro),
            "business" => Ok(Self::Business),
            "enterprise" => Ok(Self::Enterprise),
            _ => Err(Invalid::new("must be free, pro, business or enterprise")),
        }
    }

    /// The default numbers (contract 16.1).
    pub const fn limits(self) -> TierLimits {
        let (vaults, secrets, agents) = match self {
            Self::Free => (Some(3), Some(50), Some(2)),
            Self::Pro => (Some(25), Some(500), Some(10)),
            Self::Business => (Some(100), Some(5_000), Some(50)),
            Self::Enterprise => (None, None, None),
        };
        TierLimits {
            vaults,
            secrets,
            agents,
        }
    }
}

impl Org {
    /// What this organization may have of a resource.
    pub const fn limit(&self, resource: Resource) -> Limit {
        if self.is_platform {
            None
        } else {
            self.tier.limits().of(resource)
        }
    }
}
