//! The service, and what every change of members keeps true.

use crate::Refusal;
use crate::core::{Core, Step};
use oneclaw_domain::{Role, User};
use oneclaw_policy::InOrg;
use oneclaw_storage::Tx;
use std::sync::Arc;

/// Members of an organization.
#[derive(Clone)]
pub struct Members {
    pub(super) core: Arc<Core>,
}

impl Members {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}

/// Whether the organization has another owner, where `member` is one and will be no more. Its lock
/// is held, so that two owners who demote each other take turns.
pub(crate) async fn keeps_an_owner(tx: &mut dyn Tx, org: InOrg, member: &User) -> Step<()> {
    if member.role == Role::Owner && tx.members().owners(org).await? <= 1 {
        return Err(Refusal::Conflict("The organization needs an owner").into());
    }
    Ok(())
}
