//! What who shares may read today: a share is never stronger than that.

use super::sought::find;
use crate::access::standing;
use crate::core::{Core, Step};
use crate::{Refusal, ShareEnd};
use oneclaw_domain::{Circumstances, Timestamp};
use oneclaw_policy::{Access, Facts, ReadSecret, authorize};
use oneclaw_storage::{PrincipalFacts, SharedSecret, StandingFacts};
use std::net::IpAddr;
use std::sync::Arc;

const LOST: Refusal = Refusal::ShareEnded(ShareEnd::MakerLostAccess);

/// How often row and standing are read until they are of one state. After that the standing counts,
/// which was read later: what was taken away by then is not given.
const ROUNDS: u32 = 3;

/// The right of who shares, judged now, from where the reader is: a policy that holds at some
/// addresses only binds what was shared by it.
///
/// # Errors
/// The share has ended with that right.
pub(super) async fn right_of_today(
    core: &Core,
    mut found: SharedSecret,
    from: Option<IpAddr>,
) -> Step<(SharedSecret, Access<ReadSecret>)> {
    let now = core.now();
    for _ in 0..ROUNDS {
        let facts = facts_of(core, &found).await?;
        if facts.epoch == found.epoch {
            return judge(found, facts, now, from);
        }
        found = find(core, found.share.id).await?;
    }
    let facts = facts_of(core, &found).await?;
    judge(found, facts, now, from)
}

async fn facts_of(core: &Core, found: &SharedSecret) -> Result<StandingFacts, Refusal> {
    let (org, maker) = (found.share.org, found.share.created_by);
    let mut reader = core.seams.store.read().await?;
    let facts = reader.access().standing_of(org, maker).await?;
    facts.ok_or(LOST)
}

fn judge(
    found: SharedSecret,
    facts: StandingFacts,
    now: Timestamp,
    from: Option<IpAddr>,
) -> Step<(SharedSecret, Access<ReadSecret>)> {
    let acts = match &facts.who {
        PrincipalFacts::User(_) => true,
        PrincipalFacts::Agent(agent) => {
            agent.is_active && agent.expires_at.is_none_or(|end| end > now)
        }
    };
    if !acts {
        return Err(LOST.into());
    }
    let maker = Arc::new(standing(found.share.org, found.share.created_by, facts));
    let vault = Facts::vault(Some(&found.vault));
    let at = Circumstances::new(now, from);
    let judged = authorize(&maker, at, found.at.clone(), vault);
    let access = judged.map_err(|_| LOST)?;
    Ok((found, access))
}
