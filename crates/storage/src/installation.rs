//! The installation as a whole: its settings, and everybody who has an account.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Email, GivenPlan, Month, OrgId, OrgName, Timestamp, User, UserId};
use oneclaw_policy::{Access, DeleteSetting, ListUsers, PutSetting};

/// A setting that an operator changed while servers run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangedSetting {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Who changed it; `None` = somebody at the server's own machine.
    pub updated_by: Option<UserId>,
    /// When.
    pub updated_at: Timestamp,
}

/// Somebody who has an account, as the operator sees them.
#[derive(Clone, Debug)]
pub struct ListedUser {
    /// The account.
    pub user: User,
    /// The name of their organization.
    pub org_name: OrgName,
    /// Whether it runs the installation.
    pub is_platform: bool,
    /// The plan that it was given.
    pub plan: Option<GivenPlan>,
    /// Requests a month instead of the plan's.
    pub request_limit: Option<i64>,
    /// Whether it is neither limited nor charged.
    pub is_sponsored: bool,
    /// Its requests in the month asked for.
    pub requests: i64,
}

/// Reads of the installation.
#[async_trait]
pub trait ReadInstallation: Send {
    /// The settings that were changed, by name.
    async fn settings(&mut self) -> Result<Vec<ChangedSetting>, StorageError>;

    /// Those of them that have one of these names.
    async fn settings_named(&mut self, keys: &[&str]) -> Result<Vec<ChangedSetting>, StorageError>;

    /// Everybody who has an account, oldest first, without the first `skip`, at most `many`, and how
    /// many there are.
    async fn users(
        &mut self,
        access: &Access<ListUsers>,
        month: Month,
        skip: i64,
        many: i64,
    ) -> Result<(Vec<ListedUser>, i64), StorageError>;

    /// Somebody's account, in whatever organization: told to nobody but who runs the installation.
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StorageError>;

    /// The same by the address.
    async fn user_of(&mut self, email: &Email) -> Result<Option<User>, StorageError>;

    /// The organization that runs the installation.
    async fn platform(&mut self) -> Result<Option<OrgId>, StorageError>;
}

/// Writes to the installation.
#[async_trait]
pub trait WriteInstallation: Send {
    /// Changes a setting.
    async fn put_setting(
        &mut self,
        access: &Access<PutSetting>,
        setting: &ChangedSetting,
    ) -> Result<(), StorageError>;

    /// Forgets a change; tells whether there was one.
    async fn delete_setting(
        &mut self,
        access: &Access<DeleteSetting>,
        key: &str,
    ) -> Result<bool, StorageError>;
}
