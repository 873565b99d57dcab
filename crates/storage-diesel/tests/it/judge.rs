//! Proofs as the judge gives them, where it matters who asks.

use crate::world::now;
use oneclaw_domain::{Circumstances, OrgId, Principal, Role, Scopes, VaultOwner};
use oneclaw_policy::{
    Access, Action, AgentLimits, CredentialKind, Facts, Grants, Standing, authorize,
};
use std::sync::Arc;

/// What is known of somebody who came by a login.
pub(crate) fn standing(who: Principal, org: OrgId, role: Option<Role>, grants: Grants) -> Standing {
    Standing {
        principal: who,
        org,
        is_platform: false,
        role,
        credential: CredentialKind::Login,
        scopes: Scopes::default(),
        agent: role.is_none().then(AgentLimits::default),
        grants,
    }
}

/// The judge's proof.
pub(crate) fn judged<A: Action>(
    who: &Standing,
    on: A::On,
    vault: Option<&VaultOwner>,
) -> Access<A> {
    let at = Circumstances::new(now(), None);
    authorize(&Arc::new(who.clone()), at, on, Facts::vault(vault)).unwrap()
}
