//! What somebody is called.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{OrgId, Principal, Share};
use oneclaw_policy::{Access, Account, AgentAt, ReadAgent, ReadProfile, SystemReason};

const SHARE_READ: SystemReason = SystemReason::ShareRead;

/// The name of who shares, for whom it is told to: the recipient that the share names, and whoever
/// has the link where its maker says so.
pub(super) async fn shared_by(
    core: &Core,
    share: &Share,
    by_recipient: bool,
) -> Result<Option<String>, Refusal> {
    if by_recipient || share.names_maker {
        name_of(core, share.org, share.created_by).await
    } else {
        Ok(None)
    }
}

async fn name_of(core: &Core, org: OrgId, who: Principal) -> Result<Option<String>, Refusal> {
    let mut reader = core.seams.store.read().await?;
    match who {
        Principal::User(user) => {
            let on = Account { org, user };
            let access: Access<ReadProfile> = Access::system(on, SHARE_READ);
            let profile = reader.users().profile(&access).await?;
            Ok(profile.map(|profile| profile.user.display_name.as_str().to_owned()))
        }
        Principal::Agent(agent) => {
            let on = AgentAt { org, agent };
            let access: Access<ReadAgent> = Access::system(on, SHARE_READ);
            let agent = reader.agents().find(&access).await?;
            Ok(agent.map(|agent| agent.name.as_str().to_owned()))
        }
    }
}
