//! Secrets and their versions, without their values.

use crate::{
    CmekFingerprint, Invalid, MaxAccessCount, Metadata, Principal, SecretId, SecretPath, Timestamp,
    VersionId, VersionNumber,
};

/// What kind of value a secret holds: `[a-z0-9_-]`, 1 to 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretType(String);

impl SecretType {
    /// The kind of a secret for which none was named.
    pub fn generic() -> Self {
        Self("generic".to_owned())
    }

    /// Checks a kind.
    ///
    /// # Errors
    /// Characters or length out of bounds.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let ok = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if ok {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("must be 1 to 64 of a-z, 0-9, `_` and `-`"))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A secret: a path, whatever its versions.
#[derive(Clone, Debug)]
pub struct SecretHead {
    /// Its id, which outlives deletion and revival of the path.
    pub id: SecretId,
    /// Where it lies.
    pub path: SecretPath,
    /// The newest version's number.
    pub latest: VersionNumber,
    /// Whether the path was deleted and not written since.
    pub deleted: bool,
}

/// One version of a secret, without its value.
#[derive(Clone, Debug)]
pub struct SecretVersion {
    /// Its own id.
    pub id: VersionId,
    /// The secret it is a version of.
    pub secret: SecretId,
    /// Where that lies.
    pub path: SecretPath,
    /// Its number.
    pub number: VersionNumber,
    /// What kind of value it holds.
    pub kind: SecretType,
    /// What people attached to it.
    pub metadata: Metadata,
    /// The rotation policy that was sent with it: kept, without effect.
    pub rotation_policy: Option<Metadata>,
    /// Who wrote it.
    pub created_by: Principal,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it stops being readable.
    pub expires_at: Option<Timestamp>,
    /// How often its value may be given out.
    pub max_access_count: Option<MaxAccessCount>,
    /// How often it was given out.
    pub access_count: i64,
    /// Whether it was disabled.
    pub disabled: bool,
    /// Whether it was deleted with its path.
    pub deleted: bool,
    /// The customer's key under which its value came in, where there was one.
    pub cmek: Option<CmekFingerprint>,
}

/// Why a version's value is not given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionState {
    /// It may be given out.
    Readable,
    /// Its path was deleted.
    Deleted,
    /// It was disabled.
    Disabled,
    /// Its time is over.
    Expired,
    /// It was given out as often as it may.
    UsedUp,
}

impl SecretVersion {
    /// What a reader would find at `now`.
    pub fn state(&self, now: Timestamp) -> VersionState {
        if self.deleted {
            VersionState::Deleted
        } else if self.disabled {
            VersionState::Disabled
        } else if self.expires_at.is_some_and(|end| end <= now) {
            VersionState::Expired
        } else if self
            .max_access_count
            .is_some_and(|max| self.access_count >= max.get())
        {
            VersionState::UsedUp
        } else {
            VersionState::Readable
        }
    }
}

impl VersionState {
    /// The reason in audit events and answers.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Readable => "readable",
            Self::Deleted => "deleted",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
        }
    }
}
