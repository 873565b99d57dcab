//! Credits whose time is over are booked off.

use super::Billing;
use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{
    Actor, AuditRequest, AuditResource, CreditEntryId, Credits, MicroUsd, OrgId, PageSize,
    ResourceKind,
};
use oneclaw_policy::{Access, Action as _, ExpireCredits, InOrg, OrgScope, SystemReason};
use oneclaw_storage::LockMode;

/// Organizations whose credits one call of [`Billing::expire_credits`] books off.
const MANY: i64 = 100;

impl Billing {
    /// Books off credits whose time is over, in at most 100 organizations; tells in how many. The
    /// same happens to those of one organization before they are shown, and before they are spent.
    ///
    /// # Errors
    /// The store fails.
    pub async fn expire_credits(&self) -> Result<usize, Refusal> {
        self.core.expire_credits().await
    }
}

impl Core {
    /// See [`Billing::expire_credits`].
    pub(crate) async fn expire_credits(&self) -> Result<usize, Refusal> {
        let mut reader = self.seams.store.read().await?;
        let orgs = reader
            .billing()
            .with_expired_credits(self.now(), MANY)
            .await?;
        drop(reader);
        for org in &orgs {
            self.book_off(*org).await?;
        }
        Ok(orgs.len())
    }

    /// The credits of an organization, once those whose time is over are booked off: its ledger
    /// says the same as its balance.
    pub(crate) async fn credits_of(&self, org: InOrg) -> Result<Credits, Refusal> {
        let now = self.now();
        let mut reader = self.seams.store.read().await?;
        let credits = reader.billing().credits(org, now).await?;
        let newest = PageSize::new(1).unwrap_or(PageSize::MAX);
        let (newest, _) = reader.billing().entries(org, 0, newest).await?;
        drop(reader);
        let booked = newest.first().map_or(MicroUsd::ZERO, |line| line.balance);
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
