//! Who may do what: a pure, synchronous judge, and the only maker of [`Access`], the proof that an
//! action was allowed.
//!
//! Owns the rules of contract 4. Must never know where facts come from (no I/O, no clock) nor how
//! an answer looks on the wire.

mod access;
mod actions;
mod denial;
mod judge;
mod paths;
mod reach;
mod rights;
mod standing;
mod target;

pub use access::{Access, InOrg, InVault, SystemReason};
pub use actions::{
    ACTIONS, Action, AgentLogIn, CancelInvite, ChangeMemberRole, ChangePassword, CreateApiKey,
    CreateIpRule, CreatePolicy, CreateVault, DecideEnrollment, DeleteAgent, DeleteAgents,
    DeleteIpRule, DeletePolicy, DeleteSecret, DeleteVault, DisableVersion, DryRunPolicy,
    EndSession, EnrollAgent, ExplainAccess, FindAgentKeysVault, InviteMember, ListAgents,
    ListApiKeys, ListInvites, ListIpRules, ListMembers, ListPolicies, ListSecrets, ListVaults,
    ListVersions, LogIn, ManageKeys, Need, ReadAgent, ReadEnrollment, ReadOwnAgent, ReadProfile,
    ReadSecret, ReadVault, RefreshSession, RegisterAgent, RemoveMember, RevokeAgentToken,
    RevokeApiKey, RevokeToken, RotateAgentKey, RotateIdentityKeys, RotateSecret, Rule, SignUp,
    UpdateAgent, UpdatePolicy, UpdateProfile, WriteSecret,
};
pub use denial::{Denial, Missing};
pub use judge::{Facts, authorize};
pub use paths::{Decision, Why, decide};
pub use reach::VaultReach;
pub use rights::Rights;
pub use standing::{AgentLimits, CredentialKind, Grants, Standing};
pub use target::{
    Account, AgentAt, Installation, InviteAs, MemberAt, MemberRole, OrgScope, SecretAt, Target,
    TenantTarget, VaultScope,
};
