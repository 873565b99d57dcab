//! Secrets and versions, as they are stored.

use crate::error::corrupt;
use crate::schema::{secret_versions, secrets};
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    CmekFingerprint, MaxAccessCount, Metadata, Principal, SecretHead, SecretPath, SecretType,
    SecretVersion, VersionNumber,
};
use oneclaw_storage::{NewVersion, StorageError};

/// A path without its place.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = secrets, check_for_backend(Pg, Sqlite))]
pub(super) struct HeadRow {
    pub(super) id: StoredId,
    pub(super) latest_version: i64,
    pub(super) deleted_at: Option<StoredTime>,
}

impl HeadRow {
    pub(super) fn at(&self, path: &SecretPath) -> SecretHead {
        SecretHead {
            id: self.id.into(),
            path: path.clone(),
            latest: VersionNumber::stored(self.latest_version),
            deleted: self.deleted_at.is_some(),
        }
    }
}

/// A version without its place and its value.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = secret_versions, check_for_backend(Pg, Sqlite))]
pub(crate) struct VersionRow {
    id: StoredId,
    secret_id: StoredId,
    number: i64,
    secret_type: String,
    metadata: StoredJson,
    rotation_policy: Option<StoredJson>,
    created_by: String,
    created_at: StoredTime,
    expires_at: Option<StoredTime>,
    max_access_count: Option<i64>,
    access_count: i64,
    disabled: bool,
    deleted: bool,
    cmek_fingerprint: Option<String>,
}

impl VersionRow {
    pub(crate) fn at(self, path: SecretPath) -> Result<SecretVersion, StorageError> {
        Ok(SecretVersion {
            id: self.id.into(),
            secret: self.secret_id.into(),
            path,
            number: VersionNumber::stored(self.number),
            kind: kind_of(&self.secret_type)?,
            metadata: Metadata::stored(self.metadata.0),
            rotation_policy: self.rotation_policy.map(|json| Metadata::stored(json.0)),
            created_by: Principal::parse(&self.created_by)
                .map_err(|_| corrupt("secret_versions.created_by"))?,
            created_at: self.created_at.into(),
            expires_at: self.expires_at.map(Into::into),
            max_access_count: self
                .max_access_count
                .map(MaxAccessCount::new)
                .transpose()
                .map_err(|_| corrupt("secret_versions.max_access_count"))?,
            access_count: self.access_count,
            disabled: self.disabled,
            deleted: self.deleted,
            cmek: cmek_of(self.cmek_fingerprint, "secret_versions.cmek_fingerprint")?,
        })
    }
}

pub(super) fn kind_of(word: &str) -> Result<SecretType, StorageError> {
    SecretType::parse(word).map_err(|_| corrupt("secret_versions.secret_type"))
}

pub(crate) fn path_of(text: &str) -> Result<SecretPath, StorageError> {
    SecretPath::parse(text).map_err(|_| corrupt("secrets.path"))
}

/// The customer's key that a row names, if it names one.
pub(crate) fn cmek_of(
    text: Option<String>,
    place: &'static str,
) -> Result<Option<CmekFingerprint>, StorageError> {
    text.map(|text| CmekFingerprint::parse(&text))
        .transpose()
        .map_err(|_| corrupt(place))
}

/// A version to add.
#[derive(Debug, Insertable)]
#[diesel(table_name = secret_versions)]
pub(super) struct NewVersionRow<'a> {
    id: StoredId,
    org_id: StoredId,
    vault_id: StoredId,
    secret_id: StoredId,
    number: i64,
    secret_type: &'a str,
    metadata: StoredJson,
    rotation_policy: Option<StoredJson>,
    envelope: &'a [u8],
    created_by: String,
    created_at: StoredTime,
    expires_at: Option<StoredTime>,
    max_access_count: Option<i64>,
    cmek_fingerprint: Option<&'a str>,
}

impl<'a> NewVersionRow<'a> {
    pub(super) fn new(org: StoredId, vault: StoredId, version: &'a NewVersion) -> Self {
        Self {
            id: version.id.into(),
            org_id: org,
            vault_id: vault,
            secret_id: version.secret.into(),
            number: version.number.get(),
            secret_type: version.kind.as_str(),
            metadata: StoredJson(version.metadata.to_value()),
            rotation_policy: version
                .rotation_policy
                .as_ref()
                .map(|json| StoredJson(json.to_value())),
            envelope: &version.envelope,
            created_by: version.created_by.to_string(),
            created_at: version.created_at.into(),
            expires_at: version.expires_at.map(Into::into),
            max_access_count: version.max_access_count.map(MaxAccessCount::get),
            cmek_fingerprint: version.cmek.as_ref().map(CmekFingerprint::as_str),
        }
    }
}
