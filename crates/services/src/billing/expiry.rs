//! Credits whose time is over are booked off.

use super::Billing;
use crate::Refusal;
use crate::core::Core;
use crate::workers::Task;
use oneclaw_domain::{
    Actor, AuditRequest, AuditResource, CreditEntryId, Credits, MicroUsd, OrgId, ResourceKind,
};
use oneclaw_policy::{Access, Action as _, ExpireCredits, InOrg, OrgScope, SystemReason};
use oneclaw_storage::LockMode;

/// Organizations whose credits one call of [`Billing::expire_credits`] books off: more than will
/// ever have credits that end in ten minutes, so that those of which it fails keep nobody from it.
const MANY: i64 = 10_000;

impl Billing {
    /// Books off credits whose time is over; tells in how many organizations: none while another
    /// instance does housekeeping. The same happens to those of one organization before they are
    /// shown, and before they are spent.
    ///
    /// # Errors
    /// The store fails; it is done to the organizations of which it did not.
    pub async fn expire_credits(&self) -> Result<u64, Refusal> {
        self.core.perform_alone(Task::ExpireCredits).await
    }
}

impl Core {
    /// See [`Billing::expire_credits`].
    pub(crate) async fn expire_credits(&self) -> Result<u64, Refusal> {
        let mut reader = self.seams.store.read().await?;
        let orgs = reader
            .billing()
            .with_expired_credits(self.now(), MANY)
            .await?;
        drop(reader);
        let (mut booked, mut failure) = (0, None);
        for org in orgs {
            match self.book_off(org).await {
                Ok(()) => booked += 1,
                Err(error) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::warn!(error = cause, %org, "could not book credits off");
                    failure.get_or_insert(error);
                }
            }
            if !self.goes_on().await? {
                break;
            }
        }
        failure.map_or(Ok(booked), Err)
    }

    /// The credits of an organization, once those whose time is over are booked off: its ledger
    /// says the same as its balance.
    pub(crate) async fn credits_of(&self, org: InOrg) -> Result<Credits, Refusal> {
        let now = self.now();
        let mut reader = self.seams.store.read().await?;
        let credits = reader.billing().credits(org, now).await?;
        let booked = reader.billing().booked(org).await?;
        drop(reader);
        if booked == credits.balance {
            return Ok(credits);
        }
        self.book_off(org.org()).await?;
        let mut reader = self.seams.store.read().await?;
        Ok(reader.billing().credits(org, now).await?)
    }

    async fn book_off(&self, org: OrgId) -> Result<(), Refusal> {
        let now = self.now();
        let on = OrgScope { org };
        let access = Access::<ExpireCredits>::system(on, SystemReason::Housekeeping);
        let mut tx = self.seams.store.begin().await?;
        if tx.orgs().lock(org, LockMode::Shared).await?.is_none() {
            return Ok(()); // it is gone, and its credits with it
        }
        let mut ids = || self.id(CreditEntryId::from_uuid);
        let ended = tx
            .billing()
            .expire_credits(access.in_org(), now, &mut ids)
            .await?;
        if ended == MicroUsd::ZERO {
            return Ok(());
        }
        let event = self
            .bare_event(
                ExpireCredits::NAME,
                Some(org),
                Actor::System,
                AuditResource::new(ResourceKind::Billing, &org),
                &AuditRequest::default(),
            )
            .with("amount_usd", ended.dollars());
        let () = tx.commit(event).await?.yields(()).into_inner();
        Ok(())
    }
}
