//! What each rule comes to for each kind of principal, in the words of the table in the
//! documentation. What decides is the judge; a test holds the two against each other.

use crate::actions::{Need, Rule};
use oneclaw_domain::Permission;

/// Who may do something: for each kind of principal `yes`, `no`, or under what condition.
///
/// A credential with scopes has what its scopes name of this, and is refused what asks for one
/// without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rights {
    /// Owners of the organization.
    pub owner: &'static str,
    /// Its admins.
    pub admin: &'static str,
    /// Its other members.
    pub member: &'static str,
    /// Agents.
    pub agent: &'static str,
    /// What else there is to say.
    pub note: &'static str,
}

const UNLIMITED: &str = "not with scopes";
const GRANTING: &str = "people not with scopes, agents not about themselves";

impl Rights {
    const fn people(owner: &'static str, admin: &'static str, member: &'static str) -> Self {
        Self {
            owner,
            admin,
            member,
            agent: "no",
            note: UNLIMITED,
        }
    }

    const fn all(who: &'static str, agent: &'static str) -> Self {
        Self {
            owner: who,
            admin: who,
            member: who,
            agent,
            note: "",
        }
    }

    const fn with(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

impl Rule {
    /// Who may do what has this rule.
    pub const fn who(self) -> Rights {
        match self {
            Self::SystemOnly => Rights::all("no", "no").with("only the server itself"),
            Self::OwnAccount => Rights::all("their own", "no"),
            Self::OwnAccountUnlimited => Rights::people("their own", "their own", "their own"),
            Self::OwnSession => Rights::people("their own", "their own", "their own")
                .with("by a login or a device, not by an API key"),
            Self::OwnLogin => Rights::people("their own", "their own", "their own")
                .with("by a login, not by an API key or a device"),
            Self::Person => Rights::people("yes", "yes", "yes"),
            Self::LoggedIn => Rights::people("yes", "yes", "yes")
                .with("by a login, not by an API key or a device"),
            Self::OrgManager => Rights::people("yes", "yes", "no"),
            Self::GivesRole => Rights::people("yes", "where no owner is made or unmade", "no"),
            Self::Membership => {
                Rights::people("yes", "where no owner is made or unmade", "themselves")
            }
            Self::AgentKeeper => Rights::people("yes", "yes", "that they registered"),
            Self::PersonOrItself => Rights::people("yes", "yes", "yes").itself(),
            Self::Itself => Rights::all("no", "itself"),
            Self::Member(_) => Rights::all("yes", "yes"),
            Self::Unbound(_) => {
                Rights::all("yes", "yes").with("not an agent that is bound to vaults")
            }
            Self::AnyGrant(_) => Rights::managed("with any grant, or that they made"),
            Self::VaultManager(_) => Rights::managed("that they made"),
            Self::GrantsAccess(_) => Rights::managed("that they made").with(GRANTING),
            Self::KeepsVault(_) => Rights {
                agent: "no",
                note: UNLIMITED,
                ..Rights::managed("that they made")
            },
            Self::ShareMaker => Rights::managed("that they made")
                .with("those of others only by a credential without scopes"),
            Self::OnPath(need) => Rights::managed(on_path(need)),
            Self::Watcher => Rights {
                owner: "yes",
                admin: "yes",
                member: "what they did",
                agent: "what it did",
                note: "people not with scopes",
            },
            Self::PlatformAdmin => Rights::people("of the platform", "of the platform", "no"),
        }
    }
}

impl Rights {
    const fn itself(self) -> Self {
        Self {
            agent: "itself",
            ..self
        }
    }

    /// Owners and admins manage every vault; others have what they made, and what they were given.
    const fn managed(others: &'static str) -> Self {
        Self {
            owner: "yes",
            admin: "yes",
            member: others,
            agent: others,
            note: "",
        }
    }
}

const fn on_path(need: Need) -> &'static str {
    match need.any_of {
        [Permission::Read] => "with read, or in a vault that they made",
        [Permission::Write] => "with write, or in a vault that they made",
        [Permission::Delete, Permission::Write] => {
            "with delete or write, or in a vault that they made"
        }
        [Permission::Rotate, Permission::Write] => {
            "with rotate or write, or in a vault that they made"
        }
        _ => "with a permission, or in a vault that they made",
    }
}
