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
    ACTIONS, AcceptShare, AccessShare, Action, AgentLogIn, AppointAdmin, ApproveDevice,
    AskSecondFactor, BookPayment, CancelInvite, ChangeEmail, ChangeMemberRole, ChangePassword,
    CreateApiKey, CreateIpRule, CreatePolicy, CreateShare, CreateVault, DecideEnrollment,
    DeclineShare, DeleteAccount, DeleteAgent, DeleteAgents, DeleteIpRule, DeletePolicy,
    DeleteSecret, DeleteSetting, DeleteUser, DeleteVault, DenyDevice, DisableCmek, DisableMfa,
    DisableVersion, DryRunPolicy, EnableCmek, EnableMfa, EndSession, EnrollAgent, ExpireCredits,
    ExplainAccess, ExportAudit, ExportData, FindAgentKeysVault, ForgetPassword, GrantCredits,
    InviteMember, LinkIdentity, ListAgents, ListApiKeys, ListCreditEntries, ListEvents,
    ListInvites, ListIpRules, ListMembers, ListPolicies, ListSecrets, ListSettings, ListShares,
    ListUsage, ListUsers, ListVaults, ListVersions, LogIn, ManageKeys, Need, OpenPortal,
    PruneAudit, PutSetting, ReadAgent, ReadCmekJob, ReadCredits, ReadDevice, ReadEnrollment,
    ReadMfa, ReadModelBilling, ReadOrgLimits, ReadOwnAgent, ReadProfile, ReadSecret, ReadSettings,
    ReadSubscription, ReadUsage, ReadVault, Reauthenticate, RefreshSession, RegisterAgent,
    RemoveMember, RequestDevice, ResetOrgUsage, ResetPassword, ResetUsage, RevokeAgentToken,
    RevokeApiKey, RevokeShare, RevokeToken, RotateAgentKey, RotateCmek, RotateIdentityKeys,
    RotateSecret, Rule, SetOrgLimits, SetOrgTier, SetOverageMethod, SetPassword, SetUpMfa, SignUp,
    Subscribe, TopUp, UpdateAgent, UpdatePolicy, UpdateProfile, UpdateSettings, VerifyAudit,
    VerifyEmail, WriteSecret,
};
pub use denial::{Denial, Missing};
pub use judge::{Facts, authorize};
pub use paths::{Decision, Why, decide};
pub use reach::{VaultReach, may_receive};
pub use rights::Rights;
pub use standing::{AgentLimits, CredentialKind, Grants, Standing};
pub use target::{
    Account, Administered, AgentAt, AuditLog, Installation, InviteAs, MemberAt, MemberRole,
    OrgScope, SecretAt, ShareAt, Target, TenantTarget, VaultScope,
};
