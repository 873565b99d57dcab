//! Usage, plans and credits.

use crate::session::Session;
use async_trait::async_trait;
use oneclaw_domain::{
    CreditEntry, CreditEntryId, Credits, GivenPlan, MicroUsd, Month, OrgId, OverageMethod,
    PageSize, Plans, Quota, Timestamp, UsageEvent,
};
use oneclaw_policy::{Access, BookPayment, InOrg};
use oneclaw_storage::{
    BilledOrg, CreditChange, MonthUsage, PaidPlan, ReadBilling, StorageError, WriteBilling,
};

fn not_yet() -> StorageError {
    StorageError::Backend("not there yet".into())
}

#[async_trait]
impl ReadBilling for Session {
    async fn quota(
        &mut self,
        org: InOrg,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError> {
        Err(not_yet())
    }
    async fn quota_of(
        &mut self,
        org: OrgId,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError> {
        Err(not_yet())
    }
    async fn org(&mut self, org: InOrg) -> Result<Option<BilledOrg>, StorageError> {
        Err(not_yet())
    }
    async fn month(&mut self, org: InOrg, month: Month) -> Result<MonthUsage, StorageError> {
        Err(not_yet())
    }
    async fn history(
        &mut self,
        org: InOrg,
        size: PageSize,
    ) -> Result<Vec<UsageEvent>, StorageError> {
        Err(not_yet())
    }
    async fn credits(&mut self, org: InOrg, now: Timestamp) -> Result<Credits, StorageError> {
        Err(not_yet())
    }
    async fn entries(
        &mut self,
        org: InOrg,
        skip: i64,
        size: PageSize,
    ) -> Result<(Vec<CreditEntry>, i64), StorageError> {
        Err(not_yet())
    }
    async fn with_expired_credits(
        &mut self,
        now: Timestamp,
        many: i64,
    ) -> Result<Vec<OrgId>, StorageError> {
        Err(not_yet())
    }
}

#[async_trait]
impl WriteBilling for Session {
    async fn lock(&mut self, org: InOrg) -> Result<Option<BilledOrg>, StorageError> {
        Err(not_yet())
    }
    async fn expire_credits(
        &mut self,
        org: InOrg,
        now: Timestamp,
        ids: &mut (dyn FnMut() -> CreditEntryId + Send),
    ) -> Result<MicroUsd, StorageError> {
        Err(not_yet())
    }
    async fn change_credits(
        &mut self,
        org: InOrg,
        change: &CreditChange,
    ) -> Result<Option<MicroUsd>, StorageError> {
        Err(not_yet())
    }
    async fn set_overage_method(
        &mut self,
        org: InOrg,
        method: OverageMethod,
    ) -> Result<(), StorageError> {
        Err(not_yet())
    }
    async fn set_plan(&mut self, org: InOrg, plan: Option<&GivenPlan>) -> Result<(), StorageError> {
        Err(not_yet())
    }
    async fn set_paid_plan(
        &mut self,
        access: &Access<BookPayment>,
        paid: &PaidPlan,
    ) -> Result<bool, StorageError> {
        Err(not_yet())
    }
    async fn set_limits(
        &mut self,
        org: InOrg,
        request_limit: Option<i64>,
        is_sponsored: bool,
    ) -> Result<(), StorageError> {
        Err(not_yet())
    }
    async fn set_customer(&mut self, org: InOrg, customer: &str) -> Result<(), StorageError> {
        Err(not_yet())
    }
    async fn find_customer(&mut self, customer: &str) -> Result<Option<OrgId>, StorageError> {
        Err(not_yet())
    }
    async fn take_payment_event(&mut self, id: &str, now: Timestamp) -> Result<bool, StorageError> {
        Err(not_yet())
    }
    async fn reset_usage(&mut self, org: Option<InOrg>, month: Month) -> Result<i64, StorageError> {
        Err(not_yet())
    }
}
