//! What the product is: ids, parsed values, entities and the seams for time and identity.
//!
//! Owns the rules that make a value valid. Must never know how a value is stored, sent or shown:
//! no I/O, no serialization of entities, no wall clock, no randomness.

mod agent;
mod agent_extras;
mod api_key;
mod audit;
mod chain;
mod cidr;
mod circumstances;
mod clock;
mod cmek;
mod conditions;
mod credits;
mod device;
mod email;
mod enrollment;
mod ids;
mod invalid;
mod invite;
mod ip_rule;
mod metadata;
mod money;
mod names;
mod numbers;
mod org;
mod page;
mod password;
mod path;
mod pattern;
mod permissions;
mod plans;
mod policy;
mod proof;
mod redaction;
mod scopes;
mod second_factor;
mod secret;
mod session;
mod share;
mod timestamp;
mod tokens;
mod usage;
mod user;
mod vault;

pub use agent::{Agent, AgentKey, AgentOwner, Binding, IdentityKeys, TokenTtl};
pub use agent_extras::AgentExtras;
pub use api_key::ApiKey;
pub use audit::{Actor, AuditEvent, AuditRequest, AuditResource, Outcome, ResourceKind};
pub use chain::{Chain, ChainHead, ChainLink, ChainedEvent, EventRecord};
pub use cidr::Cidr;
pub use circumstances::Circumstances;
pub use clock::{Clock, Ids};
pub use cmek::{CmekFingerprint, CmekJob, CmekJobState};
pub use conditions::{AttributeConditions, Conditions};
pub use credits::{CREDIT_MONTHS, CreditEntry, CreditKind, CreditLot, Credits};
pub use device::{DEVICE_INTERVAL, DEVICE_TTL, DeviceGrant, DeviceState, UserCode};
pub use email::Email;
pub use enrollment::{ENROLLMENT_TTL, Enrollment, EnrollmentState};
pub use ids::{
    AgentId, AgentKeyId, ApiKeyId, CmekJobId, CreditEntryId, CreditLotId, DeviceGrantId,
    EnrollmentId, EventId, InviteId, IpRuleId, MailId, OrgId, PolicyId, SecretId, SessionId,
    ShareId, SignupId, TokenId, UserId, VaultId, VersionId,
};
pub use invalid::Invalid;
pub use invite::{INVITE_TTL, Invite};
pub use ip_rule::{AppliesTo, IpRule, RuleType, rules_admit};
pub use metadata::Metadata;
pub use money::MicroUsd;
pub use names::{
    AgentName, ApiKeyName, CreditNote, Description, DeviceClient, DisplayName, Environment,
    OrgName, RuleLabel, SettingText, VaultName,
};
pub use numbers::{MaxAccessCount, VersionNumber};
pub use org::{Epoch, GivenPlan, Limit, Org, PlanStatus, Resource, Tier};
pub use page::{Page, PageSize};
pub use password::{NewPassword, PasswordInput};
pub use path::{PathPrefix, SecretPath};
pub use pattern::PathPattern;
pub use permissions::{Effect, Permission, Permissions, Priority};
pub use plans::{Plan, Plans, Priced};
pub use policy::{Grant, GrantTerms, Policy};
pub use proof::ProofKind;
pub use scopes::{Operation, Scopes};
pub use second_factor::{MFA_SETUP_TTL, MfaCode, RECOVERY_CODES, RecoveryCode, StepUpPurpose};
pub use secret::{SecretHead, SecretType, SecretVersion, VersionState};
pub use session::{AuthMethod, Session};
pub use share::{
    IpAllowlist, Passphrase, Recipient, RecipientKind, SHARE_HOURS, Share, ShareReader, ShareState,
};
pub use timestamp::Timestamp;
pub use tokens::KeyPrefix;
pub use usage::{Metered, Month, OverageMethod, Quota, RefusedStatus, Usage, UsageEvent};
pub use user::{FederatedIdentity, Principal, Role, User};
pub use vault::{Vault, VaultOwner};
