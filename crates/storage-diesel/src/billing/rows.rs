//! Organizations and metered requests, as billing reads them.

use crate::error::corrupt;
use crate::orgs::OrgRow;
use crate::types::{StoredId, StoredTime};
use diesel::Queryable;
use oneclaw_domain::{MicroUsd, OverageMethod, UsageEvent};
use oneclaw_storage::{BilledOrg, Holdings, StorageError, SubscriptionState};

/// An organization with what it has.
#[derive(Debug, Queryable)]
pub(super) struct BilledRow {
    org: OrgRow,
    request_limit: Option<i64>,
    is_sponsored: bool,
    overage_method: String,
    payment_customer: Option<String>,
    subscription_state: Option<String>,
    vaults: i64,
    secrets: i64,
    agents: i64,
    members: Option<i64>,
    shares: Option<i64>,
}

impl BilledRow {
    pub(super) fn parse(self) -> Result<BilledOrg, StorageError> {
        let method = OverageMethod::parse(&self.overage_method);
        let state = self.subscription_state.map(|state| {
            SubscriptionState::parse(&state).ok_or_else(|| corrupt("orgs.subscription_state"))
        });
        Ok(BilledOrg {
            org: self.org.parse()?,
            request_limit: self.request_limit,
            is_sponsored: self.is_sponsored,
            method: method.map_err(|_| corrupt("orgs.overage_method"))?,
            customer: self.payment_customer,
            subscription: state.transpose()?,
            holdings: Holdings {
                vaults: self.vaults,
                secrets: self.secrets,
                agents: self.agents,
                members: self.members.unwrap_or_default(),
                shares: self.shares.unwrap_or_default(),
            },
        })
    }
}

/// A metered request.
#[derive(Debug, Queryable)]
pub(super) struct UsageRow {
    id: StoredId,
    principal_type: String,
    principal_id: String,
    method: String,
    endpoint: String,
    status: i64,
    price: i64,
    is_paid: bool,
    created_at: StoredTime,
}

impl UsageRow {
    pub(super) fn parse(self) -> UsageEvent {
        UsageEvent {
            id: self.id.into(),
            principal_type: self.principal_type,
            principal_id: self.principal_id,
            method: self.method,
            endpoint: self.endpoint,
            status: self.status,
            price: MicroUsd::new(self.price),
            is_paid: self.is_paid,
            created_at: self.created_at.into(),
        }
    }
}
