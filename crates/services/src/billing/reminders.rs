//! Who manages an organization is told by mail before its credits end.

use super::Billing;
use super::credits::total;
use crate::Refusal;
use crate::core::Core;
use crate::mail::{BillingMessage, Message, Post};
use oneclaw_domain::{
    Actor, AuditRequest, AuditResource, CreditLot, OrgId, PageSize, ResourceKind, Role, Timestamp,
    User,
};
use oneclaw_policy::{Access, ExpireCredits, InOrg, ListMembers, OrgScope, SystemReason};
use oneclaw_storage::{LockMode, Tx};

/// How many days before their end credits are told of (contract 16.4).
const DAYS: [i64; 2] = [7, 30];
/// Organizations that one call looks at: far more than will ever have credits that end soon.
const MANY: i64 = 10_000;
/// The action of telling it.
const REMINDED: &str = "billing.credits_reminder";

impl Billing {
    /// Posts mails about credits that end within 30 days, and again within 7: once each. Tells how
    /// many organizations were written to.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remind_of_credits(&self) -> Result<usize, Refusal> {
        self.core.remind_of_credits().await
    }
}

impl Core {
    /// See [`Billing::remind_of_credits`].
    pub(crate) async fn remind_of_credits(&self) -> Result<usize, Refusal> {
        let [_, longest] = DAYS;
        let until = self.now().plus_seconds(longest * 86_400);
        let mut reader = self.seams.store.read().await?;
        // those whose credits will be over by then
        let orgs = reader.billing().with_expired_credits(until, MANY).await?;
        drop(reader);
        let mut reminded = 0;
        for org in orgs {
            reminded += usize::from(self.remind(org).await?);
        }
        Ok(reminded)
    }

    async fn remind(&self, org: OrgId) -> Result<bool, Refusal> {
        let on = OrgScope { org };
        let access = Access::<ExpireCredits>::system(on, SystemReason::Housekeeping);
        let mut reader = self.seams.store.read().await?;
        let credits = reader.billing().credits(access.in_org(), self.now());
        let lots = credits.await?.lots;
        drop(reader);
        let people = self.managers(org).await?;
        let mut tx = self.seams.store.begin().await?;
        if tx.orgs().lock(org, LockMode::Shared).await?.is_none() {
            return Ok(false);
        }
        let due = self.due(&mut *tx, &lots).await?;
        let Some(end) = due.iter().map(|lot| lot.expires_at).min() else {
            return Ok(false);
        };
        let posted = self.write_to(&mut *tx, access.in_org(), &people, (&due, end));
        let posted = posted.await?;
        let event = self
            .bare_event(
                REMINDED,
                Some(org),
                Actor::System,
                AuditResource::new(ResourceKind::Billing, &org),
                &AuditRequest::default(),
            )
            .with("amount_usd", total(&due).dollars())
            .with("period_end", end.to_string());
        let () = tx.commit(event).await?.yields(()).into_inner();
        drop(posted);
        Ok(true)
    }

    /// The purchases of which the next mail is to tell, now told of.
    async fn due(&self, tx: &mut dyn Tx, lots: &[CreditLot]) -> Result<Vec<CreditLot>, Refusal> {
        let (now, mut due) = (self.now(), Vec::new());
        for lot in lots {
            let within = |days: &&i64| lot.expires_at <= now.plus_seconds(**days * 86_400);
            let Some(days) = DAYS.iter().find(within) else {
                continue;
            };
            let once = format!("reminder {days} {}", lot.id);
            if tx.billing().take_payment_event(&once, now).await? {
                due.push(*lot);
            }
        }
        Ok(due)
    }

    /// Those who can buy more.
    async fn managers(&self, org: OrgId) -> Result<Vec<User>, Refusal> {
        let on = OrgScope { org };
        let access = Access::<ListMembers>::system(on, SystemReason::Housekeeping);
        let mut reader = self.seams.store.read().await?;
        let page = reader.members().list(&access, None, PageSize::MAX).await?;
        let mut people = page.items;
        people.retain(|person| person.role >= Role::Admin);
        Ok(people)
    }

    async fn write_to(
        &self,
        tx: &mut dyn Tx,
        org: InOrg,
        people: &[User],
        (due, end): (&[CreditLot], Timestamp),
    ) -> Result<Vec<crate::mail::Posted>, Refusal> {
        let name = tx.orgs().find(org).await?.map(|org| org.name);
        let org_name = name.map(|name| name.as_str().to_owned());
        let org_name = org_name.unwrap_or_default();
        let mut posted = Vec::with_capacity(people.len());
        for person in people {
            let message = Message::Billing(BillingMessage::CreditsEnd {
                display_name: person.display_name.as_str().to_owned(),
                org_name: org_name.clone(),
                amount: format!("{} USD", total(due).dollars_and_cents()),
                expires_at: end,
            });
            let post = Post::new(&person.email, &message).not_after(end);
            posted.push(self.post(tx, post).await?);
        }
        Ok(posted)
    }
}
