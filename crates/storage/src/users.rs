//! People's accounts.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{AgentId, DisplayName, Email, Org, Timestamp, User};
use oneclaw_policy::{Access, CreateApiKey, InAccount, LogIn, ReadProfile, SignUp, UpdateProfile};

/// What a login is checked against.
pub struct LoginCandidate {
    /// The account.
    pub user: User,
    /// The password's hash (PHC string), where one is set.
    pub password_hash: Option<String>,
    /// Whether the account remembers the client's address.
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
    /// Whether a second factor is asked for.
    pub has_second_factor: bool,
}

/// What was taken from an account whose address was proved by somebody else than who made it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Voided {
    /// Personal API keys.
    pub api_keys: u64,
    /// Agents that they registered, whose keys and tokens are dead now.
    pub agents: Vec<AgentId>,
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
    /// The account with exactly this e-mail address, in whatever organization: a login names none.
    /// `addresses` are the hashes under which the client's may be known.
    async fn find_for_login(
        &mut self,
        email: &Email,
        addresses: &[[u8; 32]],
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
        password_hash: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Finds and locks an account, with its password's hash where one is set.
    async fn lock(
        &mut self,
        account: InAccount,
    ) -> Result<Option<(User, Option<String>)>, StorageError>;

    /// The account with exactly this address, in whatever organization: who proves an address
    /// names none. Nothing is locked: that begins with the organization.
    async fn find_by_email(&mut self, email: &Email) -> Result<Option<User>, StorageError>;

    /// Writes that the account's address was proved.
    async fn set_verified(&mut self, account: InAccount) -> Result<(), StorageError>;

    /// Gives the account another address, which was proved. [`StorageError::Conflict`] if it is
    /// taken.
    async fn set_email(&mut self, account: InAccount, email: &Email) -> Result<(), StorageError>;

    /// Revokes the account's API keys, and gives every agent that the person registered a key that
    /// nobody has.
    async fn void_keys(
        &mut self,
        account: InAccount,
        now: Timestamp,
    ) -> Result<Voided, StorageError>;

    /// Changes the caller's own profile and gives it back.
    async fn update_profile(
        &mut self,
        access: &Access<UpdateProfile>,
        changes: &ProfileChanges,
    ) -> Result<Option<Profile>, StorageError>;

    /// The account that gets an API key, to tell it by mail.
    async fn find_for_api_key(
        &mut self,
        access: &Access<CreateApiKey>,
    ) -> Result<Option<User>, StorageError>;

    /// Sets the password's hash, or leaves the account without a password.
    async fn set_password(
        &mut self,
        account: InAccount,
        password_hash: Option<&str>,
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

    /// Remembers an address from which its owner proved who they are.
    async fn remember_address(
        &mut self,
        access: &Access<LogIn>,
        address: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Forgets all of them; tells how many.
    async fn forget_addresses(&mut self, account: InAccount) -> Result<u64, StorageError>;
}
