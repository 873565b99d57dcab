//! Somebody whose credential was read, but not yet judged.

use oneclaw_domain::{AuditRequest, OrgId, Principal, Timestamp, UserId};
use oneclaw_policy::{Account, OrgScope};
use oneclaw_storage::CredentialRef;

/// Somebody who showed a credential that is genuine. Whether it still lives, and what it allows,
/// each use case finds out from the store.
#[derive(Clone, Debug)]
pub struct Caller {
    pub(crate) credential: CredentialRef,
    /// When the token ends, where the credential is one.
    pub(crate) token_expires_at: Option<Timestamp>,
    /// Where the request came from.
    pub(crate) request: AuditRequest,
}

/// With what a caller came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallerKind {
    /// An access token.
    Token,
    /// An API key, shown directly.
    ApiKey,
}

impl Caller {
    /// Who.
    pub const fn principal(&self) -> Principal {
        Principal::User(self.credential.user())
    }

    /// The user.
    pub const fn user(&self) -> UserId {
        self.credential.user()
    }

    /// The organization that the credential names.
    pub const fn org(&self) -> OrgId {
        self.credential.org()
    }

    /// With what they came.
    pub const fn kind(&self) -> CallerKind {
        match self.credential {
            CredentialRef::Token { .. } => CallerKind::Token,
            CredentialRef::ApiKey { .. } => CallerKind::ApiKey,
        }
    }

    pub(crate) const fn account(&self) -> Account {
        Account {
            org: self.org(),
            user: self.user(),
        }
    }

    pub(crate) const fn org_scope(&self) -> OrgScope {
        OrgScope { org: self.org() }
    }
}
