//! People's accounts.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{DisplayName, Email, Org, Timestamp, User};
use oneclaw_policy::{
    Access, ChangePassword, CreateApiKey, LogIn, ReadProfile, SignUp, UpdateProfile,
};

/// What a login is checked against.
pub struct LoginCandidate {
    /// The account.
    pub user: User,
    /// The password's hash (PHC string), where one is set.
    pub password_hash: Option<String>,
    /// Whether somebody logged in to this account from this address before.
    pub address_known: bool,
}

/// An account with what a profile shows of its organization.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The account.
    pub user: User,
    /// Its organization.
    pub org: Org,
    /// Whether a password is set.
    pub has_password: bool,
}

/// What a person changes of their profile; `None` = unchanged.
#[derive(Clone, Debug, Default)]
pub struct ProfileChanges {
    /// A new name.
    pub display_name: Option<DisplayName>,
    /// Whether to get news.
    pub marketing_emails: Option<bool>,
}

/// Reads of accounts.
#[async_trait]
pub trait ReadUsers: Send {
    /// The account with exactly this address, in whatever organization: a login names none.
    async fn find_for_login(
        &mut self,
        email: &Email,
        address: &[u8; 32],
    ) -> Result<Option<LoginCandidate>, StorageError>;

    /// The caller's own profile.
    async fn profile(
        &mut self,
        access: &Access<ReadProfile>,
    ) -> Result<Option<Profile>, StorageError>;

    /// Whether an address has an account, in whatever organization: never told to a caller.
    async fn is_taken(&mut self, email: &Email) -> Result<bool, StorageError>;

    /// Whether the installation has any account.
    async fn any(&mut self) -> Result<bool, StorageError>;
}

/// Writes to accounts.
#[async_trait]
pub trait WriteUsers: Send {
    /// Adds an account. [`StorageError::Conflict`] if the address is taken.
    async fn insert(
        &mut self,
        access: &Access<SignUp>,
        user: &User,
        password_hash: &str,
    ) -> Result<(), StorageError>;

    /// Changes the caller's own profile and gives it back.
    async fn update_profile(
        &mut self,
        access: &Access<UpdateProfile>,
        changes: &ProfileChanges,
    ) -> Result<Option<Profile>, StorageError>;

    /// The hash that a change of password is checked against, with the account.
    async fn find_for_password_change(
        &mut self,
        access: &Access<ChangePassword>,
    ) -> Result<Option<(User, Option<String>)>, StorageError>;

    /// The account that gets an API key, to tell it by mail.
    async fn find_for_api_key(
        &mut self,
        access: &Access<CreateApiKey>,
    ) -> Result<Option<User>, StorageError>;

    /// Sets the password's hash.
    async fn set_password(
        &mut self,
        access: &Access<ChangePassword>,
        password_hash: &str,
    ) -> Result<(), StorageError>;

    /// Whether the account is still there, with the password that was checked: its hash is this.
    async fn has_password(
        &mut self,
        access: &Access<LogIn>,
        password_hash: &str,
    ) -> Result<bool, StorageError>;

    /// Replaces a hash of outdated cost, if it is still `old`.
    async fn rehash_password(
        &mut self,
        access: &Access<LogIn>,
        old: &str,
        new: &str,
    ) -> Result<(), StorageError>;

    /// Remembers that a login from this address succeeded.
    async fn remember_address(
        &mut self,
        access: &Access<LogIn>,
        address: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
