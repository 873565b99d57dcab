//! Who reads what names its recipient.

use super::Shares;
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, Email, Principal, Recipient, Share, ShareReader,
};
use oneclaw_policy::{Access, ReadProfile, Standing, SystemReason};
use std::sync::Arc;

impl Shares {
    /// The recipient, where the share names one: their credential is judged for being alive, and not
    /// by their organization's rules about addresses. Where anybody may read who has the link,
    /// nobody is asked who they are.
    pub(super) async fn recipient(
        &self,
        share: &Share,
        bearer: Option<&str>,
        request: &AuditRequest,
        event: &mut AuditEvent,
    ) -> Step<Option<Arc<Standing>>> {
        let core = &*self.core;
        if share.recipient == Recipient::Link {
            return Ok(None);
        }
        let text = bearer.ok_or(Refusal::Unauthenticated(AuthFailure::Missing))?;
        let caller = self.auth.read(text, request).await?;
        let store = &core.seams.store;
        let standing = core.gate.living(store, &caller, core.now()).await?;
        event.actor = Actor::Principal(caller.principal());
        if let Some(usage) = &mut event.usage {
            usage.by = event.actor;
        }
        let reader = ShareReader {
            principal: Some(caller.principal()),
            proved_email: match share.recipient {
                Recipient::Email(_) => proved_email(core, &caller).await?,
                _ => None,
            },
        };
        if share.recipient.is(&reader) {
            return Ok(Some(standing));
        }
        // somebody else's try is told to their own organization, and is no news of another's
        event.org = Some(caller.org());
        Err(Refusal::SharedWithOther.into())
    }
}

/// The caller's address as it is now, if they have proved it. Agents have none.
pub(super) async fn proved_email(core: &Core, caller: &Caller) -> Result<Option<Email>, Refusal> {
    let Principal::User(_) = caller.principal() else {
        return Ok(None);
    };
    let own: Access<ReadProfile> = Access::system(caller.account(), SystemReason::ShareRead);
    let profile = core.seams.store.read().await?.users().profile(&own).await?;
    Ok(profile
        .map(|profile| profile.user)
        .filter(|user| user.email_verified)
        .map(|user| user.email))
}
