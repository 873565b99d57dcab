//! What a login opens.

use crate::{ApiKeyId, Invalid, OrgId, SessionId, Timestamp, UserId};

/// How somebody proved who they are; also the `amr` claim (RFC 8176 for `pwd`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthMethod {
    /// E-mail and password.
    Password,
    /// An id token of Google, or of another OpenID Connect issuer that the operator named.
    Google,
    /// A personal API key.
    ApiKey,
    /// A device that a person let in (RFC 8628).
    Device,
}

impl AuthMethod {
    /// The word in the store and in profiles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Google => "google",
            Self::ApiKey => "api_key",
            Self::Device => "device",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "password" => Ok(Self::Password),
            "google" => Ok(Self::Google),
            "api_key" => Ok(Self::ApiKey),
            "device" => Ok(Self::Device),
            _ => Err(Invalid::new("must be password, google, api_key or device")),
        }
    }

    /// The word in the `amr` claim.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Google => "google",
            Self::ApiKey => "key",
            Self::Device => "device",
        }
    }
}

/// The chain of tokens that came from one login or one key exchange.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id (`sid`).
    pub id: SessionId,
    /// The organization.
    pub org: OrgId,
    /// Whose it is.
    pub user: UserId,
    /// How it was opened.
    pub method: AuthMethod,
    /// Whether a second factor was proved for it.
    pub second_factor: bool,
    /// The key that opened it, where it was one.
    pub api_key: Option<ApiKeyId>,
    /// When the person logged in; refreshing does not move it.
    pub auth_time: Timestamp,
    /// When it ends for good (90 days after the login at the latest).
    pub expires_at: Timestamp,
}
