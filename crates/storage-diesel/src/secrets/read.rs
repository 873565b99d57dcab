//! The reads of the contract.

use crate::session::Session;
use async_trait::async_trait;
use oneclaw_domain::{
    Page, PageSize, PathPrefix, SecretHead, SecretPath, SecretVersion, VersionNumber,
};
use oneclaw_policy::{Access, ListSecrets, ListVersions, ReadSecret, SecretAt};
use oneclaw_storage::{Guarded, ReadSecrets, SealedVersion, Sighting, StorageError};

#[async_trait]
impl ReadSecrets for Session {
    async fn find_latest(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sighting<Guarded<SealedVersion, ReadSecret>>>, StorageError> {
        self.latest_at(at).await
    }

    async fn find_version(
        &mut self,
        at: &SecretAt,
        number: VersionNumber,
    ) -> Result<Option<Sighting<Guarded<SealedVersion, ReadSecret>>>, StorageError> {
        self.version_at(at, number).await
    }

    async fn find_head(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sighting<Guarded<SecretHead, ListVersions>>>, StorageError> {
        self.head_at(at).await
    }

    async fn list(
        &mut self,
        access: &Access<ListSecrets>,
        prefix: &PathPrefix,
        after: Option<&SecretPath>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        self.paths_seen(access, prefix, after, size).await
    }

    async fn list_versions(
        &mut self,
        access: &Access<ListVersions>,
        before: Option<VersionNumber>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        self.versions_of(access.on(), before, size).await
    }
}
