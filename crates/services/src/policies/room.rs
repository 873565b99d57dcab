//! How many policies there may be.

use crate::Refusal;
use crate::core::Step;
use oneclaw_domain::Principal;
use oneclaw_policy::{InOrg, InVault};
use oneclaw_storage::ReadPolicies;

/// Policies that may name one principal in their organization. Ours: all of them are read after each
/// change of access, and kept as long as the principal is remembered; one thousand cost a decision a
/// few milliseconds.
const MAX_ABOUT: i64 = 5_000;
/// Policies that there may be on one vault. Ours: ten complete pages of its list.
const MAX_ON: i64 = 10_000;

/// Whether one more policy may name somebody. Counted under the organization's lock, that is so until
/// the commit.
pub(crate) async fn room_about(
    policies: &mut dyn ReadPolicies,
    org: InOrg,
    who: Principal,
) -> Step<()> {
    if policies.count_about(org, who).await? < MAX_ABOUT {
        return Ok(());
    }
    Err(Refusal::Conflict("There are 5000 policies about this user or agent already").into())
}

/// Whether there may be one more policy on a vault.
pub(super) async fn room_on(policies: &mut dyn ReadPolicies, on: InVault) -> Step<()> {
    if policies.count_on(on).await? < MAX_ON {
        return Ok(());
    }
    Err(Refusal::Conflict("There are 10000 policies on this vault already").into())
}
