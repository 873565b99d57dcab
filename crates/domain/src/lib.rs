//! What the product is: ids, parsed values, entities and the seams for time and identity.
//!
//! Owns the rules that make a value valid. Must never know how a value is stored, sent or shown:
//! no I/O, no serialization of entities, no wall clock, no randomness.

mod api_key;
mod audit;
mod clock;
mod email;
mod ids;
mod invalid;
mod metadata;
mod names;
mod numbers;
mod org;
mod page;
mod password;
mod path;
mod scopes;
mod secret;
mod session;
mod timestamp;
mod tokens;
mod user;
mod vault;

pub use api_key::ApiKey;
pub use audit::{Actor, AuditEvent, AuditRequest, AuditResource, Outcome, ResourceKind};
pub use clock::{Clock, Ids};
pub use email::Email;
pub use ids::{
    AgentId, ApiKeyId, EventId, MailId, OrgId, SecretId, SessionId, TokenId, UserId, VaultId,
    VersionId,
};
pub use invalid::Invalid;
pub use metadata::Metadata;
pub use names::{ApiKeyName, Description, DisplayName, OrgName, VaultName};
pub use numbers::{MaxAccessCount, VersionNumber};
pub use org::{Epoch, Limit, Org, Resource, Tier, TierLimits};
pub use page::{Page, PageSize};
pub use password::{NewPassword, PasswordInput};
pub use path::{PathPrefix, SecretPath};
pub use scopes::{Operation, Scopes};
pub use secret::{SecretHead, SecretType, SecretVersion, VersionState};
pub use session::{AuthMethod, Session};
pub use timestamp::Timestamp;
pub use tokens::KeyPrefix;
pub use user::{Principal, Role, User};
pub use vault::{Vault, VaultOwner};
