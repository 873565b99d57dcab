//! The installation as a whole.

use crate::session::Session;
use async_trait::async_trait;
use oneclaw_domain::{Month, OrgId};
use oneclaw_policy::{Access, DeleteSetting, ListUsers, PutSetting};
use oneclaw_storage::{
    ChangedSetting, ListedUser, ReadInstallation, StorageError, WriteInstallation,
};

fn not_yet() -> StorageError {
    StorageError::Backend("not there yet".into())
}

#[async_trait]
impl ReadInstallation for Session {
    async fn settings(&mut self) -> Result<Vec<ChangedSetting>, StorageError> {
        Err(not_yet())
    }
    async fn users(
        &mut self,
        access: &Access<ListUsers>,
        month: Month,
        skip: i64,
        many: Option<i64>,
    ) -> Result<(Vec<ListedUser>, i64), StorageError> {
        Err(not_yet())
    }
    async fn platform(&mut self) -> Result<Option<OrgId>, StorageError> {
        Err(not_yet())
    }
}

#[async_trait]
impl WriteInstallation for Session {
    async fn put_setting(
        &mut self,
        access: &Access<PutSetting>,
        setting: &ChangedSetting,
    ) -> Result<(), StorageError> {
        Err(not_yet())
    }
    async fn delete_setting(
        &mut self,
        access: &Access<DeleteSetting>,
        key: &str,
    ) -> Result<bool, StorageError> {
        Err(not_yet())
    }
}
