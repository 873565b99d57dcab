//! The judge.

use crate::access::Access;
use crate::actions::{Action, Rule};
use crate::denial::{Denial, Missing};
use crate::standing::Standing;
use crate::target::Target;
use oneclaw_domain::{Operation, Principal, Role, VaultOwner};

/// Decides whether `who` may do `A` to `on`.
///
/// `vault` is what the store knows of the vault that `on` lies in; `None` where it has no such
/// vault in that organization.
///
/// # Errors
/// [`Denial::Concealed`] for another organization's things and for vaults that are not there;
/// [`Denial::Forbidden`] with what is missing for the rest.
pub fn authorize<A: Action>(
    who: &Standing,
    on: A::On,
    vault: Option<&VaultOwner>,
) -> Result<Access<A>, Denial> {
    if on.tenant() != Some(who.org) {
        return Err(Denial::Concealed);
    }
    if let Some(id) = on.vault() {
        match vault {
            Some(found) if found.vault == id && found.org == who.org => {}
            _ => return Err(Denial::Concealed),
        }
    }
    check(who, A::RULE, &on, vault)?;
    let manages_org = who.role.is_some_and(Role::manages_vaults);
    Ok(Access::granted(on, who.principal, manages_org))
}

fn check<T: Target>(
    who: &Standing,
    rule: Rule,
    on: &T,
    vault: Option<&VaultOwner>,
) -> Result<(), Denial> {
    match rule {
        Rule::SystemOnly => Err(Denial::Forbidden(Missing::System)),
        Rule::OwnAccount => own_account(who, on),
        Rule::OwnAccountUnlimited => {
            own_account(who, on)?;
            require(who.scopes.is_unlimited(), Missing::UnlimitedCredential)
        }
        Rule::Member(operation) => scope(who, operation),
        Rule::AnyGrant(operation) | Rule::OnPath(operation) => {
            scope(who, operation)?;
            require(manages(who, vault), Missing::Grant)
        }
        Rule::VaultManager(operation) => {
            scope(who, operation)?;
            require(manages(who, vault), Missing::Management)
        }
    }
}

const fn require(holds: bool, missing: Missing) -> Result<(), Denial> {
    if holds {
        Ok(())
    } else {
        Err(Denial::Forbidden(missing))
    }
}

fn own_account<T: Target>(who: &Standing, on: &T) -> Result<(), Denial> {
    match who.principal {
        Principal::Agent(_) => Err(Denial::Forbidden(Missing::Person)),
        Principal::User(user) if on.resource() == oneclaw_domain::AuditResource::user(user) => {
            Ok(())
        }
        Principal::User(_) => Err(Denial::Concealed),
    }
}

fn scope(who: &Standing, operation: Operation) -> Result<(), Denial> {
    require(who.scopes.allow(operation), Missing::Scope)
}

/// The vault's maker, and the organization's owners and admins (contract 4.2).
fn manages(who: &Standing, vault: Option<&VaultOwner>) -> bool {
    who.role.is_some_and(Role::manages_vaults)
        || vault.is_some_and(|vault| vault.created_by == who.principal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::{CreateApiKey, CreateVault, DeleteVault, LogIn, ReadSecret, WriteSecret};
    use crate::standing::CredentialKind;
    use crate::target::{Account, OrgScope, SecretAt, VaultScope};
    use oneclaw_domain::{OrgId, Scopes, SecretPath, UserId, VaultId};

    fn id(n: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(n)
    }

    fn standing(role: Role, scopes: &[&str]) -> Standing {
        Standing {
            principal: Principal::User(UserId::from_uuid(id(7))),
            org: OrgId::from_uuid(id(1)),
            role: Some(role),
            credential: CredentialKind::Login,
            scopes: Scopes::stored(scopes.iter().map(|s| (*s).to_owned()).collect()),
        }
    }

    fn owner(org: u128, by: u128) -> VaultOwner {
        VaultOwner {
            org: OrgId::from_uuid(id(org)),
            vault: VaultId::from_uuid(id(3)),
            created_by: Principal::User(UserId::from_uuid(id(by))),
        }
    }

    fn at(org: u128) -> SecretAt {
        SecretAt {
            org: OrgId::from_uuid(id(org)),
            vault: VaultId::from_uuid(id(3)),
            path: SecretPath::parse("a/b").unwrap(),
        }
    }

    #[test]
    fn managers_and_makers_read_and_write() {
        for (role, by) in [(Role::Owner, 9), (Role::Admin, 9), (Role::Member, 7)] {
            let who = standing(role, &[]);
            assert!(authorize::<ReadSecret>(&who, at(1), Some(&owner(1, by))).is_ok());
            assert!(authorize::<WriteSecret>(&who, at(1), Some(&owner(1, by))).is_ok());
        }
    }

    #[test]
    fn a_member_without_grant_is_told_so() {
        let who = standing(Role::Member, &[]);
        let denied = authorize::<ReadSecret>(&who, at(1), Some(&owner(1, 9))).unwrap_err();
        assert_eq!(denied, Denial::Forbidden(Missing::Grant));
        let vault = VaultScope {
            org: who.org,
            vault: VaultId::from_uuid(id(3)),
        };
        let denied = authorize::<DeleteVault>(&who, vault, Some(&owner(1, 9))).unwrap_err();
        assert_eq!(denied, Denial::Forbidden(Missing::Management));
    }

    #[test]
    fn other_organizations_do_not_exist() {
        let who = standing(Role::Owner, &[]);
        for (on, vault) in [
            (at(2), Some(owner(2, 7))),
            (at(1), Some(owner(2, 7))),
            (at(1), None),
        ] {
            let denied = authorize::<ReadSecret>(&who, on, vault.as_ref()).unwrap_err();
            assert_eq!(denied, Denial::Concealed);
        }
    }

    #[test]
    fn key_03_a_limited_key_makes_no_keys() {
        let who = standing(Role::Owner, &["secrets:read"]);
        let account = Account {
            org: who.org,
            user: UserId::from_uuid(id(7)),
        };
        let denied = authorize::<CreateApiKey>(&who, account, None).unwrap_err();
        assert_eq!(denied, Denial::Forbidden(Missing::UnlimitedCredential));
        let denied = authorize::<CreateVault>(&who, OrgScope { org: who.org }, None).unwrap_err();
        assert_eq!(denied, Denial::Forbidden(Missing::Scope));
        assert!(authorize::<ReadSecret>(&who, at(1), Some(&owner(1, 9))).is_ok());
    }

    #[test]
    fn nobody_is_judged_into_the_servers_own_work() {
        let who = standing(Role::Owner, &[]);
        let account = Account {
            org: who.org,
            user: UserId::from_uuid(id(7)),
        };
        let denied = authorize::<LogIn>(&who, account, None).unwrap_err();
        assert_eq!(denied, Denial::Forbidden(Missing::System));
    }
}
