//! Who cannot pay for what is priced is told so before anything else of the request is looked at
//! (contract 2.4).

use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use oneclaw_domain::{Actor, Month, OrgId, Priced, Quota};

impl Core {
    /// Refuses a priced request of who has spent the month's requests and has no credits, where
    /// that is known here. Where it is not, the commit of the request's event decides; this spares
    /// the work, and keeps the order of answers.
    ///
    /// # Errors
    /// [`Refusal::QuotaSpent`], with its event on disk; the credential is alive, and let in from
    /// where it is.
    pub(crate) async fn refuse_unpaid(&self, caller: &Caller) -> Result<(), Refusal> {
        let metered = caller.request.metered.as_deref();
        let Some(metered) = metered.filter(|row| Priced::of_action(row.action).is_some()) else {
            return Ok(());
        };
        let org = caller.org();
        let seen = self.seams.store.last_quota(org);
        if !seen.is_some_and(|quota| self.is_unpaid(&quota)) {
            return Ok(());
        }
        let actor = Actor::Principal(caller.principal());
        let (resource, request) = (caller.resource(), &caller.request);
        let event = self.bare_event(metered.action, Some(org), actor, resource, request);
        let done = self.confirm_unpaid(caller, org).await;
        self.settle(event, done).await
    }

    /// What was seen last may be paid for by now, on another instance too: it is read afresh.
    async fn confirm_unpaid(&self, caller: &Caller, org: OrgId) -> Step<()> {
        let (store, now) = (&self.seams.store, self.now());
        self.gate.confirm(store, caller, now).await?;
        let plans = self.plans();
        let mut reader = store.read().await?;
        let quota = reader.billing().quota_of(org, &plans, now).await?;
        match quota.filter(|quota| self.is_unpaid(quota)) {
            Some(quota) => Err(Refusal::QuotaSpent {
                quota: Box::new(quota),
                what: None,
            }
            .into()),
            None => Ok(()),
        }
    }

    fn is_unpaid(&self, quota: &Quota) -> bool {
        let overage = self.plans().of(quota.tier).overage;
        quota.month == Month::of(self.now()) && !quota.affords(overage)
    }
}
