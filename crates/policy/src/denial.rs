//! Why something is refused.

use crate::actions::Need;
use oneclaw_domain::Permission;

/// How a refusal is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// The caller may not know that the thing exists: told as if it did not (404).
    Concealed,
    /// The caller may know, but may not (403).
    Forbidden(Missing),
}

/// What the caller lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Any grant on the vault.
    Grant,
    /// One of these permissions on the path: no policy gives it, or one takes it.
    Permission(&'static [Permission]),
    /// The right to manage the vault.
    Management,
    /// A binding of the agent to the vault.
    Binding,
    /// A scope of the credential that names the operation.
    Scope,
    /// A scope of the agent that names the operation.
    AgentScope,
    /// A scope of the agent that covers the path.
    PathScope,
    /// The right to read values of this kind: the agent uses them without seeing them.
    SecretKind,
    /// A credential without limits.
    UnlimitedCredential,
    /// A login: an API key does not do.
    Login,
    /// Being a person: agents have no account.
    Person,
    /// Being an agent.
    Agent,
    /// Being this very agent.
    Itself,
    /// Having registered the agent, or managing the organization.
    AgentKeeping,
    /// Being owner or admin of the organization.
    OrgManagement,
    /// Being owner of the organization.
    Ownership,
    /// A policy about somebody else: agents have no hand in those about themselves.
    OthersPolicy,
    /// Being owner or admin of the organization that runs the installation.
    PlatformAdministration,
    /// Being the server itself.
    System,
}

impl Missing {
    /// One word for audit events.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Grant => "no_grant",
            Self::Permission(_) => "no_permission",
            Self::Management => "not_manager",
            Self::Binding => "binding",
            Self::Scope | Self::AgentScope => "scope",
            Self::PathScope => "path_scope",
            Self::SecretKind => "blocked_type",
            Self::UnlimitedCredential => "limited_credential",
            Self::Login => "login_only",
            Self::Person => "users_only",
            Self::Agent => "agents_only",
            Self::Itself => "not_itself",
            Self::AgentKeeping => "not_agent_keeper",
            Self::OrgManagement => "not_org_manager",
            Self::Ownership => "not_owner",
            Self::OthersPolicy => "own_policy",
            Self::PlatformAdministration => "not_platform_admin",
            Self::System => "system_only",
        }
    }
}

impl From<Need> for Missing {
    fn from(need: Need) -> Self {
        Self::Permission(need.any_of)
    }
}
