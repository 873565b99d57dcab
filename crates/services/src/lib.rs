//! Use cases: authorize, act, audit, commit.
//!
//! Owns the order of those four, the journal, what is known of callers, and the installation's
//! keys. Must never know HTTP, SQL or the environment: everything that varies comes in through
//! [`Seams`] and [`Settings`].

mod access;
mod account;
mod agents;
mod api_keys;
mod auth;
mod change;
mod core;
mod enrollments;
mod health;
mod invites;
mod ip_rules;
mod journal;
mod keys;
mod lists;
mod mail;
mod members;
mod policies;
mod refusal;
mod seams;
mod secrets;
mod services;
mod settings;
mod vaults;
mod workers;

pub use access::{Caller, CallerKind};
pub use account::{Accounts, ProfileChange};
pub use agents::{AgentChanges, Agents, AgentsDeleted, KeyedAgent, RegisterAgentCommand};
pub use api_keys::{ApiKeys, CreateApiKeyCommand, CreatedApiKey};
pub use auth::{
    AgentLoginCommand, AgentTokens, Auth, ChangePasswordCommand, KeyLoginCommand, LoginCommand,
    SignupCommand, Tokens,
};
pub use change::Change;
pub use enrollments::{
    AgentPublicKey, DecideCommand, Decided, EnrollCommand, Enrolled, EnrollmentStatus,
    EnrollmentTry, Enrollments, PendingEnrollment,
};
pub use health::{Health, HealthStatus, KeyProviderStatus, Readiness};
pub use invites::{InviteCommand, Invited, Invites};
pub use ip_rules::{CreateIpRuleCommand, IpRuleAdmin, IpRules};
pub use journal::Receipt;
pub use keys::{KeyAdmin, MasterRotation, PublicKeys, SigningRotation};
pub use lists::{ListRequest, Listed};
pub use mail::{DeliveryError, Letter, Mailer};
pub use members::Members;
pub use oneclaw_crypto::{
    Charset, CryptoError, EnvKeyProvider, FileKeyProvider, KeyId, KeyProvider,
    PasswordPolicyParams, Plaintext, SecretText, VerifyingKey, jwks,
};
pub use oneclaw_domain::AuditRequest;
pub use oneclaw_policy::{Action, Missing};
pub use oneclaw_storage::{Profile, Recorded, Store, StoreStatistics};
pub use policies::{
    CreatePolicyCommand, Decider, DryRun, DryRunCommand, ExplainCommand, Explanation, Flip,
    Policies, PolicyChange, Proposal, Repeated, SmallestGrant, UpdatePolicyCommand,
};
pub use refusal::{AuthFailure, FieldError, Refusal};
pub use seams::{Seams, SystemClock, SystemIds};
pub use secrets::{
    Known, Precondition, PutSecretCommand, Reading, Revealed, RotateSecretCommand, Secrets, Written,
};
pub use services::{Services, StartError};
pub use settings::{AttemptLimit, Settings, SignupMode};
pub use vaults::{CreateVaultCommand, Vaults};

/// The names of every action, for whoever labels or lists them.
pub mod actions {
    pub use oneclaw_policy::{
        AgentLogIn, CancelInvite, ChangeMemberRole, ChangePassword, CreateApiKey, CreateIpRule,
        CreatePolicy, CreateVault, DecideEnrollment, DeleteAgent, DeleteAgents, DeleteIpRule,
        DeletePolicy, DeleteSecret, DeleteVault, DisableVersion, DryRunPolicy, EnrollAgent,
        ExplainAccess, FindAgentKeysVault, InviteMember, ListAgents, ListApiKeys, ListInvites,
        ListIpRules, ListMembers, ListPolicies, ListSecrets, ListVaults, ListVersions, LogIn,
        ReadAgent, ReadEnrollment, ReadOwnAgent, ReadProfile, ReadSecret, ReadVault,
        RefreshSession, RegisterAgent, RemoveMember, RevokeApiKey, RevokeToken, RotateAgentKey,
        RotateIdentityKeys, RotateSecret, SignUp, UpdateAgent, UpdatePolicy, UpdateProfile,
        WriteSecret,
    };
}
