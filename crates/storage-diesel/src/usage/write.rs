//! What is written of metered requests.

use crate::schema::usage_events;
use crate::types::{StoredId, StoredTime};
use diesel::Insertable;
use oneclaw_domain::{AuditEvent, MicroUsd, Month, OrgId, Priced, Usage};

/// One metered request. Its id is its event's.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = usage_events)]
pub(crate) struct NewUsage {
    pub(crate) id: StoredId,
    pub(crate) org_id: StoredId,
    pub(crate) principal_type: &'static str,
    pub(crate) principal_id: String,
    pub(crate) method: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) status: i64,
    pub(crate) priced: Option<&'static str>,
    pub(crate) price: i64,
    pub(crate) is_paid: bool,
    pub(crate) created_at: StoredTime,
}

impl NewUsage {
    pub(super) fn new(
        event: &AuditEvent,
        org: OrgId,
        usage: &Usage,
        status: u16,
        (what, price, is_paid): (Option<Priced>, MicroUsd, bool),
    ) -> Self {
        Self {
            id: event.id.into(),
            org_id: org.into(),
            principal_type: usage.by.kind(),
            principal_id: usage.by.id(),
            method: usage.method,
            endpoint: usage.route,
            status: i64::from(status),
            priced: what.map(Priced::as_str),
            price: price.get(),
            is_paid,
            created_at: event.created_at.into(),
        }
    }
}

/// What is added to a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct MonthChange {
    pub(crate) org: OrgId,
    pub(crate) month: Month,
    pub(crate) requests: i64,
    pub(crate) paid: i64,
    pub(crate) cost: i64,
}

impl MonthChange {
    pub(super) const fn none(org: OrgId, month: Month) -> Self {
        Self {
            org,
            month,
            requests: 0,
            paid: 0,
            cost: 0,
        }
    }

    /// One request more; `paid` = what was taken from credits for it.
    pub(super) fn add(&mut self, paid: Option<MicroUsd>) {
        self.requests += 1;
        if let Some(amount) = paid {
            self.paid += 1;
            self.cost = self.cost.saturating_add(amount.get());
        }
    }
}
