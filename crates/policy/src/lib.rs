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

pub use access::{Access, InAccount, InOrg, InVault, SystemReason};
pub use actions::{
    ACTIONS, AcceptShare, AccessShare, Action, AgentLogIn, ApproveDevice, AskSecondFactor,
    CancelInvite, ChangeEmail, ChangeMemberRole, ChangePassword, CreateApiKey, CreateIpRule,
    CreatePolicy, CreateShare, CreateVault, DecideEnrollment, DeclineShare, DeleteAccount,
    DeleteAgent, DeleteAgents, DeleteIpRule, DeletePolicy, DeleteSecret, DeleteVault, DenyDevice,
    DisableCmek, DisableMfa, DisableVersion, DryRunPolicy, EnableCmek, EnableMfa, EndSession,
    EnrollAgent, ExplainAccess, ExportData, FindAgentKeysVault, ForgetPassword, InviteMember,
    LinkIdentity, ListAgents, ListApiKeys, ListInvites, ListIpRules, ListMembers, ListPolicies,
    ListSecrets, ListShares, ListVaults, ListVersions, LogIn, ManageKeys, Need, ReadAgent,
    ReadCmekJob, ReadDevice, ReadEnrollment, ReadMfa, ReadOwnAgent, ReadProfile, ReadSecret,
    ReadSettings, ReadVault, Reauthenticate, RefreshSession, RegisterAgent, RemoveMember,
    RequestDevice, ResetPassword, RevokeAgentToken, RevokeApiKey, RevokeShare, RevokeToken,
    RotateAgentKey, RotateCmek, RotateIdentityKeys, RotateSecret, Rule, SetPassword, SetUpMfa,
    SignUp, UpdateAgent, UpdatePolicy, UpdateProfile, UpdateSettings, VerifyEmail, WriteSecret,
};
pub use denial::{Denial, Missing};
pub use judge::{Facts, authorize};
pub use paths::{Decision, Why, decide};
pub use reach::{VaultReach, may_receive};
pub use rights::Rights;
pub use standing::{AgentLimits, CredentialKind, Grants, Standing};
pub use target::{
    Account, AgentAt, Installation, InviteAs, MemberAt, MemberRole, OrgScope, SecretAt, ShareAt,
    Target, TenantTarget, VaultScope,
};
