//! What an action is done to.

use oneclaw_domain::{
    AgentId, AuditResource, Chain, OrgId, Principal, ResourceKind, Role, SecretPath, ShareId,
    UserId, VaultId,
};
use std::fmt::Debug;

/// Something an action is done to.
pub trait Target: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The organization whose chain the event belongs to; `None` = the installation.
    fn tenant(&self) -> Option<OrgId>;
    /// The vault it lies in.
    fn vault(&self) -> Option<VaultId> {
        None
    }
    /// The path it lies at.
    fn path(&self) -> Option<&SecretPath> {
        None
    }
    /// The agent that it is.
    fn agent(&self) -> Option<AgentId> {
        None
    }
    /// The person whose account or membership it is.
    fn person(&self) -> Option<UserId> {
        None
    }
    /// The role that it gives.
    fn gives(&self) -> Option<Role> {
        None
    }
    /// Who made it, where that decides who may end it.
    fn maker(&self) -> Option<Principal> {
        None
    }
    /// What an audit event names, before more is known.
    fn resource(&self) -> AuditResource;
}

/// A target that always lies in an organization.
pub trait TenantTarget: Target {
    /// That organization.
    fn org(&self) -> OrgId;
}

macro_rules! tenant {
    ($name:ident) => {
        impl TenantTarget for $name {
            fn org(&self) -> OrgId {
                self.org
            }
        }
    };
}

/// One person's account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The organization.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
}

/// The organization as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgScope {
    /// The organization.
    pub org: OrgId,
}

/// One vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultScope {
    /// The organization.
    pub org: OrgId,
    /// The vault.
    pub vault: VaultId,
}

/// One path in one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecretAt {
    /// The organization.
    pub org: OrgId,
    /// The vault.
    pub vault: VaultId,
    /// The path.
    pub path: SecretPath,
}

/// One agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentAt {
    /// The organization.
    pub org: OrgId,
    /// The agent.
    pub agent: AgentId,
}

/// One person's membership.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberAt {
    /// The organization.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
}

/// The role that a member shall have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberRole {
    /// The organization.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// The role.
    pub role: Role,
}

/// The role in which somebody is invited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InviteAs {
    /// The organization.
    pub org: OrgId,
    /// The role.
    pub role: Role,
}

/// One share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareAt {
    /// The organization of its secret.
    pub org: OrgId,
    /// The share.
    pub share: ShareId,
    /// Who made it.
    pub maker: Principal,
}

/// The audit log of one organization, or the installation's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditLog {
    /// Which chain.
    pub chain: Chain,
}

/// What an administrator of the platform runs: one organization, or the installation as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Administered {
    /// The organization of who asks: that they may is judged there.
    pub by: OrgId,
    /// The organization that it is about; `None` = all of the installation.
    pub org: Option<OrgId>,
}

/// What belongs to no tenant: signing keys, the master key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installation;

tenant!(Account);
tenant!(OrgScope);
tenant!(VaultScope);
tenant!(SecretAt);
tenant!(AgentAt);
tenant!(MemberAt);
tenant!(MemberRole);
tenant!(InviteAs);
tenant!(ShareAt);

impl Target for Account {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn person(&self) -> Option<UserId> {
        Some(self.user)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::user(self.user)
    }
}

impl Target for AgentAt {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn agent(&self) -> Option<AgentId> {
        Some(self.agent)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Agent, &self.agent)
    }
}

impl Target for MemberAt {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn person(&self) -> Option<UserId> {
        Some(self.user)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::user(self.user)
    }
}

impl Target for MemberRole {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn person(&self) -> Option<UserId> {
        Some(self.user)
    }
    fn gives(&self) -> Option<Role> {
        Some(self.role)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::user(self.user)
    }
}

impl Target for InviteAs {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn gives(&self) -> Option<Role> {
        Some(self.role)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, &self.org)
    }
}

impl Target for ShareAt {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn maker(&self) -> Option<Principal> {
        Some(self.maker)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Share, &self.share)
    }
}

impl Target for OrgScope {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, &self.org)
    }
}

impl Target for VaultScope {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn vault(&self) -> Option<VaultId> {
        Some(self.vault)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Vault, &self.vault)
    }
}

impl Target for SecretAt {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn vault(&self) -> Option<VaultId> {
        Some(self.vault)
    }
    fn path(&self) -> Option<&SecretPath> {
        Some(&self.path)
    }
    /// The vault, until the secret's id is known.
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Vault, &self.vault)
    }
}

impl Target for AuditLog {
    fn tenant(&self) -> Option<OrgId> {
        self.chain.org()
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, &self.chain.uuid())
    }
}

impl Target for Administered {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.by)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, &self.org.unwrap_or(self.by))
    }
}

impl Target for Installation {
    fn tenant(&self) -> Option<OrgId> {
        None
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, "installation")
    }
}
