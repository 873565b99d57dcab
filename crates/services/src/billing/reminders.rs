//! Who manages an organization is told by mail before its credits end.

use super::Billing;
use super::credits::total;
use crate::Refusal;
use crate::core::Core;
use crate::mail::{BillingMessage, Message, Post};
use crate::workers::Task;
use oneclaw_domain::{
    Actor, AuditRequest, AuditResource, CreditLot, OrgId, PageSize, ResourceKind, Role, Timestamp,
    User,
};
use oneclaw_policy::{Access, ExpireCredits, InOrg, ListMembers, OrgScope, SystemReason};
use oneclaw_storage::{LockMode, MemberCursor, Tx};

/// How many days before their end credits are told of (contract 16.4).
const DAYS: [i64; 2] = [7, 30];
/// Organizations that one call looks at: far more than will ever have credits that end soon.
const MANY: i64 = 10_000;
/// Organizations looked at before the turn is kept again: each costs no more than a few reads.
const LOOKED_AT: usize = 50;
/// The action of telling it.
const REMINDED: &str = "billing.credits_reminder";

impl Billing {
    /// Posts mails about credits that end within 30 days, and again within 7: once each. Tells how
    /// many organizations were written to: none while another instance does housekeeping.
    ///
    /// # Errors
    /// The store fails; the organizations of which it did not are written to.
    pub async fn remind_of_credits(&self) -> Result<u64, Refusal> {
        self.core.perform_alone(Task::RemindOfCredits).await
    }
}

impl Core {
    /// See [`Billing::remind_of_credits`].
    pub(crate) async fn remind_of_credits(&self) -> Result<u64, Refusal> {
        let [_, longest] = DAYS;
        let until = self.now().plus_seconds(longest * 86_400);
        let mut reader = self.seams.store.read().await?;
        // those whose credits will be over by then
        let orgs = reader.billing().with_expired_credits(until, MANY).await?;
        drop(reader);
        let (mut reminded, mut failure) = (0, None);
        for (before, org) in orgs.into_iter().enumerate() {
            let told = self.remind(org).await.unwrap_or_else(|error| {
                let cause = &error as &dyn std::error::Error;
                tracing::warn!(error = cause, %org, "could not remind of credits");
                failure.get_or_insert(error);
                false
            });
            reminded += u64::from(told);
            let is_turn_over = told || (before + 1).is_multiple_of(LOOKED_AT);
            if is_turn_over && !self.goes_on().await? {
                break;
            }
        }
        failure.map_or(Ok(reminded), Err)
    }

    async fn remind(&self, org: OrgId) -> Result<bool, Refusal> {
        let on = OrgScope { org };
        let access = Access::<ExpireCredits>::system(on, SystemReason::Housekeeping);
        let mut reader = self.seams.store.read().await?;
        let credits = reader.billing().credits(access.in_org(), self.now());
        let lots = credits.await?.lots;
        let reminders = lots.iter().filter_map(|lot| self.reminder_of(lot));
        let reminders: Vec<_> = reminders.collect();
        let mut is_due = false;
        for once in &reminders {
            is_due |= !reader.billing().took_payment_event(once).await?;
        }
        drop(reader);
        if !is_due {
            return Ok(false); // most of them, and nobody who writes has to wait for that
        }
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

    /// The name of the mail that a purchase wants now; it is sent once.
    fn reminder_of(&self, lot: &CreditLot) -> Option<String> {
        let now = self.now();
        let within = |days: &&i64| lot.expires_at <= now.plus_seconds(**days * 86_400);
        let days = DAYS.iter().find(within)?;
        Some(format!("reminder {days} {}", lot.id))
    }

    /// The purchases of which the next mail is to tell, now told of.
    async fn due(&self, tx: &mut dyn Tx, lots: &[CreditLot]) -> Result<Vec<CreditLot>, Refusal> {
        let (now, mut due) = (self.now(), Vec::new());
        for lot in lots {
            let Some(once) = self.reminder_of(lot) else {
                continue;
            };
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
        let (mut people, mut after) = (Vec::new(), None);
        loop {
            let page = reader.members().list(&access, after, PageSize::MAX);
            let page = page.await?;
            after = page.items.last().map(|last| MemberCursor {
                created_at: last.created_at,
                id: last.id,
            });
            let managers = page.items.into_iter();
            people.extend(managers.filter(|person| person.role >= Role::Admin));
            if !page.more {
                return Ok(people);
            }
        }
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
