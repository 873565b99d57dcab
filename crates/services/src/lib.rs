//! Use cases: authorize, act, audit, commit.
//!
//! Owns the order of those four, the journal, what is known of callers, and the installation's
//! keys. Must never know HTTP, SQL or the environment: everything that varies comes in through
//! [`Seams`] and [`Settings`].

mod access;
mod account;
mod admin;
mod agents;
mod api_keys;
mod audit;
mod auth;
mod billing;
mod change;
mod cmek;
mod core;
mod devices;
mod enrollments;
mod health;
mod identity;
mod invites;
mod ip_rules;
mod journal;
mod keys;
mod lists;
mod mail;
mod members;
mod metering;
mod mfa;
mod payments;
mod policies;
mod refusal;
mod runtime;
mod seams;
mod secrets;
mod services;
mod settings;
mod shares;
mod steady_clock;
mod vaults;
mod workers;

pub use access::{Caller, CallerKind};
pub use account::{AccountSettings, Accounts, EmailChangeAsked, Export, ProfileChange};
pub use admin::{
    Admin, AdministeredUser, Administrator, AllowedOrg, BootstrapCommand, Bootstrapped,
    CreditsCommand, LimitsCommand, Operator, OrgUsageReset, SettingKey, SettingValue, TierCommand,
    UserList,
};
pub use agents::{AgentChanges, Agents, AgentsDeleted, KeyedAgent, RegisterAgentCommand};
pub use api_keys::{ApiKeys, CreateApiKeyCommand, CreatedApiKey};
pub use audit::{
    Audit, AuditAdmin, AuditExport, ChainCheck, ExportAuditCommand, ExportFormat, FileFlaw,
    FileVerdict, Flaw, ListEventsCommand, ListedEvents, LogFile, Stretch,
};
pub use auth::{
    Admitted, AgentLoginCommand, AgentTokens, Auth, BesideToken, Challenge, ChangePasswordCommand,
    Door, IdTokenCommand, KeyLoginCommand, LoginCommand, LoginOutcome, ResetPasswordCommand,
    SignupCommand, SignupOutcome, Tokens, VerifyEmailCommand,
};
pub use billing::{
    Billing, CreditEntries, CreditReport, EntriesRequest, SubscribeCommand, SubscriptionReport,
    TopUpAmount, UsageReport, WantedPlan,
};
pub use change::Change;
pub use cmek::{Cmek, RotateCmekCommand};
pub use devices::{
    DeviceCodeCommand, DeviceCodes, DeviceStatus, DeviceTokens, Devices, PollOutcome, WaitingDevice,
};
pub use enrollments::{
    AgentPublicKey, DecideCommand, Decided, EnrollCommand, Enrolled, EnrollmentStatus,
    EnrollmentTry, Enrollments, PendingEnrollment,
};
pub use health::{Health, HealthStatus, KeyProviderStatus, Readiness};
pub use identity::{IdentityError, IdentityVerifier, NoIssuers, VerifiedIdentity};
pub use invites::{InviteCommand, Invited, Invites};
pub use ip_rules::{CreateIpRuleCommand, IpRuleAdmin, IpRules};
pub use journal::Receipt;
pub use keys::{KeyAdmin, MasterRotation, PublicKeys, SigningRotation};
pub use lists::{ListRequest, Listed};
pub use mail::{DeliveryError, Letter, Mailer};
pub use members::Members;
pub use mfa::{DisableMfaProof, Mfa, MfaSetup, ReauthCommand, StepUpToken, VerifyMfaCommand};
pub use oneclaw_crypto::{
    Charset, CmekKey, CryptoError, EnvKeyProvider, FileKeyProvider, IdClaims, IdToken, IssuerKeys,
    KeyId, KeyProvider, PasswordPolicyParams, Plaintext, SecretText, TokenError, VerifyingKey,
    WebhookSecret, jwks,
};
pub use oneclaw_domain::AuditRequest;
pub use oneclaw_policy::{Action, Missing};
pub use oneclaw_storage::{
    BilledOrg, ChangedSetting, EventFilter, ExportedSecret, ListedUser, Profile, Recorded, Stale,
    Store, StoreStatistics, SubscriptionState,
};
pub use payments::{NoPayments, PaymentError, PaymentNews, PaymentNotice, Payments, PlanOffer};
pub use policies::{
    CreatePolicyCommand, Decider, DryRun, DryRunCommand, ExplainCommand, Explanation, Flip,
    Policies, PolicyChange, Proposal, Repeated, SmallestGrant, UpdatePolicyCommand,
};
pub use refusal::{AuthFailure, FieldError, Refusal, ShareEnd};
pub use seams::{Seams, SystemClock, SystemIds};
pub use secrets::{
    Known, Precondition, PutSecretCommand, Reading, Revealed, RotateSecretCommand, Secrets, Written,
};
pub use services::{Services, StartError};
pub use settings::{AttemptLimit, Settings, SignupMode};
pub use shares::{
    CreateShareCommand, ReadShareCommand, SharePreview, ShareTo, ShareUntil, SharedValue, Shares,
};
pub use vaults::{CreateVaultCommand, Vaults};

/// The names of every action, for whoever labels or lists them.
pub mod actions {
    pub use oneclaw_policy::{
        AcceptShare, AccessShare, AgentLogIn, ApproveDevice, CancelInvite, ChangeEmail,
        ChangeMemberRole, ChangePassword, CreateApiKey, CreateIpRule, CreatePolicy, CreateShare,
        CreateVault, DecideEnrollment, DeclineShare, DeleteAccount, DeleteAgent, DeleteAgents,
        DeleteIpRule, DeletePolicy, DeleteSecret, DeleteSetting, DeleteUser, DeleteVault,
        DenyDevice, DisableCmek, DisableMfa, DisableVersion, DryRunPolicy, EnableCmek, EnableMfa,
        EnrollAgent, ExplainAccess, ExportAudit, ExportData, FindAgentKeysVault, ForgetPassword,
        GrantCredits, InviteMember, LinkIdentity, ListAgents, ListApiKeys, ListCreditEntries,
        ListEvents, ListInvites, ListIpRules, ListMembers, ListPolicies, ListSecrets, ListSettings,
        ListShares, ListUsage, ListUsers, ListVaults, ListVersions, LogIn, OpenPortal, PutSetting,
        ReadAgent, ReadCmekJob, ReadCredits, ReadDevice, ReadEnrollment, ReadMfa, ReadModelBilling,
        ReadOrgLimits, ReadOwnAgent, ReadProfile, ReadSecret, ReadSettings, ReadSubscription,
        ReadUsage, ReadVault, Reauthenticate, RefreshSession, RegisterAgent, RemoveMember,
        RequestDevice, ResetOrgUsage, ResetPassword, ResetUsage, RevokeApiKey, RevokeShare,
        RevokeToken, RotateAgentKey, RotateCmek, RotateIdentityKeys, RotateSecret, SetOrgLimits,
        SetOrgTier, SetOverageMethod, SetPassword, SetUpMfa, SignUp, Subscribe, TopUp, UpdateAgent,
        UpdatePolicy, UpdateProfile, UpdateSettings, VerifyAudit, VerifyEmail, WriteSecret,
    };
}
