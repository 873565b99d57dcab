//! Plans: what each allows and what things cost (contract 16.1, 16.2).

use crate::{Limit, MicroUsd, Org, Resource, Tier, Timestamp};

/// What has a price.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "each name is the word on the wire")]
pub enum Priced {
    ReadSecret,
    WriteSecret,
    CreateShare,
    AccessShare,
    QueryAudit,
}

impl Priced {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ReadSecret,
        Self::WriteSecret,
        Self::CreateShare,
        Self::AccessShare,
        Self::QueryAudit,
    ];

    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadSecret => "read_secret",
            Self::WriteSecret => "write_secret",
            Self::CreateShare => "create_share",
            Self::AccessShare => "access_share",
            Self::QueryAudit => "query_audit",
        }
    }

    /// What an action, by its name in audit events, is priced as; `None` = it costs nothing.
    pub fn of_action(name: &str) -> Option<Self> {
        match name {
            "secret.read" => Some(Self::ReadSecret),
            "secret.write" | "secret.rotate" => Some(Self::WriteSecret),
            "share.create" => Some(Self::CreateShare),
            "share.access" => Some(Self::AccessShare),
            // an export gives what the list gives
            "audit.query" | "audit.export" => Some(Self::QueryAudit),
            _ => None,
        }
    }
}

/// What one plan allows, and what a priced request beyond it costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Requests per calendar month (UTC).
    pub requests: Limit,
    /// Vaults per organization.
    pub vaults: Limit,
    /// Live secret paths per organization.
    pub secrets: Limit,
    /// Active agents per organization.
    pub agents: Limit,
    /// What a priced request beyond the monthly limit costs.
    pub overage: MicroUsd,
}

impl Plan {
    /// The limit of one resource.
    pub const fn of(&self, resource: Resource) -> Limit {
        match resource {
            Resource::Vaults => self.vaults,
            Resource::Secrets => self.secrets,
            Resource::Agents => self.agents,
        }
    }
}

/// All plans and prices of an installation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plans {
    /// The plan of an organization that was given none.
    pub default_tier: Tier,
    /// What each plan allows.
    pub free: Plan,
    /// As above.
    pub pro: Plan,
    /// As above.
    pub business: Plan,
    /// As above.
    pub enterprise: Plan,
    /// What reading a secret costs; contract 16.2 has the default of each price.
    pub read_secret: MicroUsd,
    /// Writing one.
    pub write_secret: MicroUsd,
    /// Sharing one.
    pub create_share: MicroUsd,
    /// Reading what is shared.
    pub access_share: MicroUsd,
    /// Asking for audit events: a page of them, or an export.
    pub query_audit: MicroUsd,
}

impl Plans {
    /// One plan.
    pub const fn of(&self, tier: Tier) -> &Plan {
        match tier {
            Tier::Free => &self.free,
            Tier::Pro => &self.pro,
            Tier::Business => &self.business,
            Tier::Enterprise => &self.enterprise,
        }
    }

    /// What something costs within a plan.
    pub const fn price(&self, what: Priced) -> MicroUsd {
        match what {
            Priced::ReadSecret => self.read_secret,
            Priced::WriteSecret => self.write_secret,
            Priced::CreateShare => self.create_share,
            Priced::AccessShare => self.access_share,
            Priced::QueryAudit => self.query_audit,
        }
    }

    /// The plan that an organization has at `now`: the platform's own is without limits, one that
    /// was given a plan has it until that ends, all others have the default.
    pub fn tier(&self, org: &Org, now: Timestamp) -> Tier {
        if org.is_platform {
            return Tier::Enterprise;
        }
        match &org.plan {
            Some(given) if !given.has_ended(now) => given.tier,
            Some(_) | None => self.default_tier,
        }
    }

    /// What an organization may have of a resource at `now`.
    pub fn limit(&self, org: &Org, resource: Resource, now: Timestamp) -> Limit {
        if org.is_platform {
            return None;
        }
        self.of(self.tier(org, now)).of(resource)
    }
}

const fn plan(limits: [i64; 4], overage: i64) -> Plan {
    let [requests, vaults, secrets, agents] = limits;
    Plan {
        requests: Some(requests),
        vaults: Some(vaults),
        secrets: Some(secrets),
        agents: Some(agents),
        overage: MicroUsd::new(overage),
    }
}

impl Default for Plans {
    /// The numbers of contract 16.1 and 16.2; whoever runs a server of their own has no limits.
    fn default() -> Self {
        Self {
            default_tier: Tier::Enterprise,
            free: plan([1_000, 3, 50, 2], 1_000),
            pro: plan([25_000, 25, 500, 10], 800),
            business: plan([100_000, 100, 5_000, 50], 600),
            enterprise: Plan {
                requests: None,
                vaults: None,
                secrets: None,
                agents: None,
                overage: MicroUsd::ZERO,
            },
            read_secret: MicroUsd::new(1_000),
            write_secret: MicroUsd::new(5_000),
            create_share: MicroUsd::new(2_000),
            access_share: MicroUsd::new(1_000),
            query_audit: MicroUsd::new(500),
        }
    }
}
