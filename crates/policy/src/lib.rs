//! Who may do what: a pure, synchronous judge, and the only maker of [`Access`], the proof that an
//! action was allowed.
//!
//! Owns the rules of contract 4. Must never know where facts come from (no I/O, no clock) nor how
//! an answer looks on the wire.

mod access;
mod actions;
mod denial;
mod judge;
mod standing;
mod target;

pub use access::{Access, InOrg, SystemReason};
pub use actions::{
    Action, ChangePassword, CreateApiKey, CreateVault, DeleteSecret, DeleteVault, DisableVersion,
    EndSession, ListApiKeys, ListSecrets, ListVaults, ListVersions, LogIn, ManageKeys, ReadProfile,
    ReadSecret, ReadVault, RefreshSession, RevokeApiKey, RevokeToken, RotateSecret, Rule, SignUp,
    UpdateProfile, WriteSecret,
};
pub use denial::{Denial, Missing};
pub use judge::authorize;
pub use standing::{CredentialKind, Standing};
pub use target::{Account, Installation, OrgScope, SecretAt, Target, TenantTarget, VaultScope};
