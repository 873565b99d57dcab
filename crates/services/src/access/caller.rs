//! Somebody whose credential was read, but not yet judged.

use oneclaw_domain::{
    AgentId, AuditRequest, AuditResource, Circumstances, OrgId, Principal, ResourceKind, SessionId,
    Timestamp, UserId,
};
use oneclaw_policy::{Account, AgentAt, OrgScope};
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
    /// A personal API key, shown directly.
    ApiKey,
    /// An agent's API key, shown directly.
    AgentKey,
}

impl Caller {
    /// Who.
    pub const fn principal(&self) -> Principal {
        self.credential.principal()
    }

    /// The agent, where the caller is one.
    pub const fn agent(&self) -> Option<AgentId> {
        match self.principal() {
            Principal::Agent(agent) => Some(agent),
            Principal::User(_) => None,
        }
    }

    /// The organization that the credential names.
    pub const fn org(&self) -> OrgId {
        self.credential.org()
    }

    /// With what they came.
    pub const fn kind(&self) -> CallerKind {
        match self.credential {
            CredentialRef::Token { .. } | CredentialRef::AgentToken { .. } => CallerKind::Token,
            CredentialRef::ApiKey { .. } => CallerKind::ApiKey,
            CredentialRef::AgentKey { .. } => CallerKind::AgentKey,
        }
    }

    /// The caller's own account. An agent has none: what it asks of this one is refused, because
    /// it is no person.
    pub(crate) const fn account(&self) -> Account {
        Account {
            org: self.org(),
            user: UserId::from_uuid(self.principal().uuid()),
        }
    }

    /// The caller itself as an agent. A person is none: what it asks of this one is refused.
    pub(crate) const fn itself(&self) -> AgentAt {
        AgentAt {
            org: self.org(),
            agent: AgentId::from_uuid(self.principal().uuid()),
        }
    }

    /// The session of the caller's token, where the caller is a person with one.
    pub(crate) const fn session(&self) -> Option<SessionId> {
        match self.credential {
            CredentialRef::Token { session, .. } => Some(session),
            CredentialRef::ApiKey { .. }
            | CredentialRef::AgentToken { .. }
            | CredentialRef::AgentKey { .. } => None,
        }
    }

    pub(crate) const fn org_scope(&self) -> OrgScope {
        OrgScope { org: self.org() }
    }

    /// What audit events name where nothing but the caller is known.
    pub(crate) fn resource(&self) -> AuditResource {
        match self.principal() {
            Principal::User(user) => AuditResource::user(user),
            Principal::Agent(agent) => AuditResource::new(ResourceKind::Agent, &agent),
        }
    }

    /// When and from where the caller asks.
    pub(crate) fn circumstances(&self, now: Timestamp) -> Circumstances {
        Circumstances::new(now, self.request.ip)
    }
}
