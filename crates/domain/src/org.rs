//! Organizations, and what their plan allows.

use crate::{Invalid, OrgId, OrgName, Timestamp};

/// The tenant.
#[derive(Clone, Debug)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// What members see.
    pub name: OrgName,
    /// The plan that it was given; `None` = the installation's default.
    pub plan: Option<GivenPlan>,
    /// Whether it runs this installation (the first one made); exempt from limits.
    pub is_platform: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A plan that an organization bought or was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GivenPlan {
    /// Which.
    pub tier: Tier,
    /// When it ends; `None` = it does not.
    pub ends_at: Option<Timestamp>,
    /// Whether it was bought by the year, rather than by the month; `None` = it was not bought.
    pub is_yearly: Option<bool>,
    /// How it stands.
    pub status: PlanStatus,
    /// Whether it is not renewed when it ends.
    pub cancels: bool,
}

impl GivenPlan {
    /// Whether it is paid for with the payment provider, rather than given by an administrator.
    pub const fn is_bought(&self) -> bool {
        self.is_yearly.is_some()
    }

    /// Whether it is over at `now`: its last moment is the one before its end.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

/// How a plan stands with the payment provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each name is the word on the wire")]
pub enum PlanStatus {
    Active,
    Trialing,
    PastDue,
    Canceled,
}

impl PlanStatus {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Trialing => "trialing",
            Self::PastDue => "past_due",
            Self::Canceled => "canceled",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "active" => Ok(Self::Active),
            "trialing" => Ok(Self::Trialing),
            "past_due" => Ok(Self::PastDue),
            "canceled" => Ok(Self::Canceled),
            _ => Err(Invalid::new(
                "must be active, trialing, past_due or canceled",
            )),
        }
    }
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
}
