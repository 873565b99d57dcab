//! What an action is done to.

use oneclaw_domain::{AuditResource, OrgId, ResourceKind, SecretPath, UserId, VaultId};
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

/// What belongs to no tenant: signing keys, the master key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installation;

tenant!(Account);
tenant!(OrgScope);
tenant!(VaultScope);
tenant!(SecretAt);

impl Target for Account {
    fn tenant(&self) -> Option<OrgId> {
        Some(self.org)
    }
    fn resource(&self) -> AuditResource {
        AuditResource::user(self.user)
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

impl Target for Installation {
    fn tenant(&self) -> Option<OrgId> {
        None
    }
    fn resource(&self) -> AuditResource {
        AuditResource::new(ResourceKind::Org, "installation")
    }
}
