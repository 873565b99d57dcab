//! Usage, plans and credits.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{
    CreditEntry, CreditEntryId, CreditKind, CreditLot, Credits, GivenPlan, MicroUsd, Month, Org,
    OrgId, OverageMethod, PageSize, Plans, Quota, Timestamp, UsageEvent,
};
use oneclaw_policy::{Access, BookPayment, InOrg};

/// What an organization used in a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MonthUsage {
    /// Requests.
    pub requests: i64,
    /// Of these, what was paid from credits.
    pub paid: i64,
    /// What those cost.
    pub cost: MicroUsd,
}

/// What an organization has of what plans count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "each name is the word on the wire")]
pub struct Holdings {
    pub vaults: i64,
    pub secrets: i64,
    pub agents: i64,
    pub members: i64,
    /// Those that have not ended.
    pub shares: i64,
}

/// How an organization's subscription at the payment provider stands, whatever plan is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubscriptionState {
    /// It is paid again and again.
    Renews,
    /// It ends with what is paid.
    Ends,
    /// It has ended.
    Over,
}

impl SubscriptionState {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Renews => "renews",
            Self::Ends => "ends",
            Self::Over => "over",
        }
    }

    /// Reads the word; `None` = any other.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Renews, Self::Ends, Self::Over]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// An organization, as billing sees it.
#[derive(Clone, Debug)]
pub struct BilledOrg {
    /// Itself.
    pub org: Org,
    /// Requests a month instead of its plan's.
    pub request_limit: Option<i64>,
    /// Whether it is neither limited nor charged.
    pub is_sponsored: bool,
    /// How what is beyond the limit is paid.
    pub method: OverageMethod,
    /// Who it is to the payment provider.
    pub customer: Option<String>,
    /// How its last subscription there stands; `None` = it never had one.
    pub subscription: Option<SubscriptionState>,
    /// What it has.
    pub holdings: Holdings,
}

/// Credits to add, or to take where they are below zero.
#[derive(Clone, Debug)]
pub struct CreditChange {
    /// The purchase, where it is one: its `granted` is added.
    pub lot: Option<CreditLot>,
    /// How much is taken, where nothing is added; the first to end goes first.
    pub taken: MicroUsd,
    /// The id of the ledger's line.
    pub entry: CreditEntryId,
    /// What the line says.
    pub kind: CreditKind,
    /// For people.
    pub description: String,
    /// When.
    pub at: Timestamp,
}

/// What the payment provider says about a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaidPlan {
    /// The plan; `None` = it has none any more.
    pub plan: Option<GivenPlan>,
    /// The provider's name for it.
    pub subscription: String,
    /// When the provider said it: what it said later stands.
    pub said_at: Timestamp,
    /// When it was heard here.
    pub heard_at: Timestamp,
}

/// What comes of what the payment provider says about a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PaidPlanOutcome {
    /// Nothing: it said something later before, or this is about another subscription that gives
    /// nothing.
    Stale,
    /// How the subscription stands is noted; the plan in force is none of it, and stays.
    Noted,
    /// The plan in force is this one.
    Stands,
}

/// Reads of usage, plans and credits.
#[async_trait]
pub trait ReadBilling: Send {
    /// How an organization stands; `None` = there is none.
    async fn quota(
        &mut self,
        org: InOrg,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError>;

    /// The same by id, for what is decided before anybody is judged.
    async fn quota_of(
        &mut self,
        org: OrgId,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError>;

    /// The organization with its plan, and what it has at `now`.
    async fn org(&mut self, org: InOrg, now: Timestamp) -> Result<Option<BilledOrg>, StorageError>;

    /// What it used in a month.
    async fn month(&mut self, org: InOrg, month: Month) -> Result<MonthUsage, StorageError>;

    /// Its last requests, newest first.
    async fn history(
        &mut self,
        org: InOrg,
        size: PageSize,
    ) -> Result<Vec<UsageEvent>, StorageError>;

    /// Its credits that can be spent at `now`.
    async fn credits(&mut self, org: InOrg, now: Timestamp) -> Result<Credits, StorageError>;

    /// What the ledger's last line says that it has: more than can be spent, where credits whose time
    /// is over are not booked off.
    async fn booked(&mut self, org: InOrg) -> Result<MicroUsd, StorageError>;

    /// Its ledger, newest first, without the first `skip`, and how many lines there are.
    async fn entries(
        &mut self,
        org: InOrg,
        skip: i64,
        size: PageSize,
    ) -> Result<(Vec<CreditEntry>, i64), StorageError>;

    /// Organizations with credits whose time is over and that are not booked off, at most `many`.
    async fn with_expired_credits(
        &mut self,
        now: Timestamp,
        many: i64,
    ) -> Result<Vec<OrgId>, StorageError>;

    /// Whether [`WriteBilling::take_payment_event`] was told of this already.
    async fn took_payment_event(&mut self, id: &str) -> Result<bool, StorageError>;
}

/// Writes to plans and credits. What requests cost is booked by the commit of their event.
#[async_trait]
pub trait WriteBilling: Send {
    /// The organization with its plan, and what it has at `now`, held against change.
    async fn lock(&mut self, org: InOrg, now: Timestamp)
    -> Result<Option<BilledOrg>, StorageError>;

    /// Books off the credits whose time is over at `now`, with a line of the ledger for each; tells
    /// how much.
    async fn expire_credits(
        &mut self,
        org: InOrg,
        now: Timestamp,
        ids: &mut (dyn FnMut() -> CreditEntryId + Send),
    ) -> Result<MicroUsd, StorageError>;

    /// Adds or takes credits, once those whose time is over are booked off; `None` = there are not so
    /// many, or there would be more than can be counted.
    async fn change_credits(
        &mut self,
        org: InOrg,
        change: &CreditChange,
    ) -> Result<Option<MicroUsd>, StorageError>;

    /// Chooses how requests beyond the limit are paid.
    async fn set_overage_method(
        &mut self,
        org: InOrg,
        method: OverageMethod,
    ) -> Result<(), StorageError>;

    /// Gives a plan, or takes it.
    async fn set_plan(&mut self, org: InOrg, plan: Option<&GivenPlan>) -> Result<(), StorageError>;

    /// The same as the payment provider says it. What an administrator gave stays until it ends,
    /// unless another subscription was bought since. The organization is held.
    async fn set_paid_plan(
        &mut self,
        access: &Access<BookPayment>,
        paid: &PaidPlan,
    ) -> Result<PaidPlanOutcome, StorageError>;

    /// Requests a month instead of the plan's, and whether it is exempt.
    async fn set_limits(
        &mut self,
        org: InOrg,
        request_limit: Option<i64>,
        is_sponsored: bool,
    ) -> Result<(), StorageError>;

    /// Who the organization is to the payment provider.
    async fn set_customer(&mut self, org: InOrg, customer: &str) -> Result<(), StorageError>;

    /// Which organization that is.
    async fn find_customer(&mut self, customer: &str) -> Result<Option<OrgId>, StorageError>;

    /// Notes that an event of the payment provider is handled; tells whether it was not before.
    async fn take_payment_event(&mut self, id: &str, now: Timestamp) -> Result<bool, StorageError>;

    /// Forgets the month's requests of one organization, or of all; tells how many.
    async fn reset_usage(&mut self, org: Option<InOrg>, month: Month) -> Result<i64, StorageError>;
}
