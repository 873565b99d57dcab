//! Use cases: authorize, act, audit, commit.
//!
//! Owns the order of those four, the journal, what is known of callers, and the installation's
//! keys. Must never know HTTP, SQL or the environment: everything that varies comes in through
//! [`Seams`] and [`Settings`].

mod access;
mod account;
mod api_keys;
mod auth;
mod core;
mod health;
mod journal;
mod keys;
mod lists;
mod mail;
mod refusal;
mod seams;
mod secrets;
mod services;
mod settings;
mod vaults;
mod workers;

pub use access::{Caller, CallerKind};
pub use account::{Accounts, ProfileChange};
pub use api_keys::{ApiKeys, CreateApiKeyCommand, CreatedApiKey};
pub use auth::{Auth, ChangePasswordCommand, KeyLoginCommand, LoginCommand, SignupCommand, Tokens};
pub use health::{Health, HealthStatus, KeyProviderStatus, Readiness};
pub use journal::Receipt;
pub use keys::{KeyAdmin, MasterRotation, PublicKeys, SigningRotation};
pub use lists::{ListRequest, Listed};
pub use mail::{DeliveryError, Letter, Mailer};
pub use oneclaw_crypto::{
    Charset, CryptoError, EnvKeyProvider, FileKeyProvider, KeyId, KeyProvider,
    PasswordPolicyParams, Plaintext, SecretText, VerifyingKey, jwks,
};
pub use oneclaw_domain::AuditRequest;
pub use oneclaw_policy::{Action, Missing};
pub use oneclaw_storage::{Profile, Recorded, Store, StoreStatistics};
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
        ChangePassword, CreateApiKey, CreateVault, DeleteSecret, DeleteVault, DisableVersion,
        ListApiKeys, ListSecrets, ListVaults, ListVersions, LogIn, ReadProfile, ReadSecret,
        ReadVault, RefreshSession, RevokeApiKey, RevokeToken, RotateSecret, SignUp, UpdateProfile,
        WriteSecret,
    };
}
