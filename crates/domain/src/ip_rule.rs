//! Rules about the addresses that an organization's callers come from.

use crate::{Cidr, Invalid, IpRuleId, OrgId, Principal, RuleLabel, Timestamp, UserId};
use std::net::IpAddr;

/// Whether a rule lets in or keeps out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleType {
    /// Lets in; where there is any, only what one of them matches comes in.
    Allow,
    /// Keeps out, whatever else lets in.
    Deny,
}

impl RuleType {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// Reads the word; `block` is another for `deny`.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" | "block" => Ok(Self::Deny),
            _ => Err(Invalid::new("must be allow or deny")),
        }
    }
}

/// Whom a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppliesTo {
    /// Everybody.
    All,
    /// People.
    Users,
    /// Agents.
    Agents,
}

impl AppliesTo {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Users => "users",
            Self::Agents => "agents",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "all" => Ok(Self::All),
            "users" => Ok(Self::Users),
            "agents" => Ok(Self::Agents),
            _ => Err(Invalid::new("must be all, users or agents")),
        }
    }

    const fn covers(self, who: Principal) -> bool {
        matches!(
            (self, who),
            (Self::All, _)
                | (Self::Users, Principal::User(_))
                | (Self::Agents, Principal::Agent(_))
        )
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRule {
    /// Its id.
    pub id: IpRuleId,
    /// The organization.
    pub org: OrgId,
    /// Whether it lets in or keeps out.
    pub rule: RuleType,
    /// The addresses.
    pub cidr: Cidr,
    /// What it is for.
    pub label: Option<RuleLabel>,
    /// Whom it is about.
    pub applies_to: AppliesTo,
    /// Who made it; `None` once that person is gone.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// Whether an organization's rules let somebody in from an address (contract 18). Where any rule is
/// about them, an unknown address is kept out.
pub fn rules_admit<'a>(
    rules: impl IntoIterator<Item = &'a IpRule>,
    who: Principal,
    from: Option<IpAddr>,
) -> bool {
    let (mut any, mut any_allow, mut allowed) = (false, false, false);
    for rule in rules.into_iter().filter(|rule| rule.applies_to.covers(who)) {
        any = true;
        let matches = from.is_some_and(|ip| rule.cidr.contains(ip));
        match rule.rule {
            RuleType::Deny if matches => return false,
            RuleType::Deny => {}
            RuleType::Allow => {
                any_allow = true;
                allowed |= matches;
            }
        }
    }
    !any || (from.is_some() && (allowed || !any_allow))
}
