//! The seam to who takes money: a payment provider.

use async_trait::async_trait;
use oneclaw_domain::{GivenPlan, OrgId, Tier, Timestamp};

/// Told of what needs a payment provider where none is configured.
const NOT_CONFIGURED: &str = "Payments are not configured here: whoever runs the server can set stripe.secret_key and stripe.webhook_secret, or grant credits and plans as an administrator";

/// A plan as it is sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlanOffer {
    /// Which.
    pub tier: Tier,
    /// By the year, rather than by the month.
    pub is_yearly: bool,
}

/// Why the provider does not do what is asked of it.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// A setting is missing; the text says which, and is for the caller.
    #[error("not configured: {0}")]
    NotConfigured(&'static str),
    /// A message is not signed as the provider signs, or is not of now.
    #[error("not signed by the payment provider")]
    Unsigned,
    /// A message is signed, and cannot be read.
    #[error("a signed message cannot be read")]
    Unreadable,
    /// The provider cannot be reached, or refuses; nothing of what it said is in the text.
    #[error("the payment provider: {0}")]
    Unavailable(String),
}

/// What the provider says that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentNotice {
    /// The provider's id of this message: it is handled once.
    pub id: String,
    /// Who paid, to the provider.
    pub customer: String,
    /// When the provider said it: what was said later stands.
    pub said_at: Timestamp,
    /// What happened.
    pub news: PaymentNews,
}

/// The kinds of what happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaymentNews {
    /// Credits were paid for.
    Credits {
        /// The provider's id of the sale: it is credited once, however often it is told of.
        sale: String,
        /// What was paid, in cents.
        cents: i64,
    },
    /// A plan was bought, changed, or has ended.
    Plan {
        /// The provider's id of the subscription.
        subscription: String,
        /// How it stands; `None` = it gives no plan any more.
        plan: Option<GivenPlan>,
    },
    /// A payment for a plan failed.
    PlanUnpaid {
        /// The provider's id of the subscription.
        subscription: String,
    },
    /// Nothing that changes anything here, and why.
    Nothing(&'static str),
}

/// Takes money.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Whether anything can be sold.
    ///
    /// # Errors
    /// [`PaymentError::NotConfigured`].
    fn ready(&self) -> Result<(), PaymentError>;

    /// What the provider's name of a price stands for; `None` = nothing that is sold here.
    fn find_price(&self, price: &str) -> Option<PlanOffer>;

    /// Makes an organization known to the provider, and gives its name there. Asked again about the
    /// same organization within a day, it gives the same name.
    async fn open_customer(&self, org: OrgId) -> Result<String, PaymentError>;

    /// Opens a page where a customer buys a plan, and gives its address.
    async fn sell_plan(
        &self,
        customer: &str,
        offer: PlanOffer,
        with_trial: bool,
    ) -> Result<String, PaymentError>;

    /// Opens a page where a customer buys credits, and gives its address.
    async fn sell_credits(&self, customer: &str, cents: i64) -> Result<String, PaymentError>;

    /// Opens a page where a customer sees bills and changes or ends what they bought, and gives its
    /// address.
    async fn open_portal(&self, customer: &str) -> Result<String, PaymentError>;

    /// Reads a message of the provider; `None` = of a kind that is of no interest.
    ///
    /// # Errors
    /// It is not the provider's, or not of now, or cannot be read.
    fn read_notice(
        &self,
        body: &[u8],
        signature: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<PaymentNotice>, PaymentError>;
}

/// Takes none: no provider is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPayments;

const NONE: PaymentError = PaymentError::NotConfigured(NOT_CONFIGURED);

#[async_trait]
impl Payments for NoPayments {
    fn ready(&self) -> Result<(), PaymentError> {
        Err(NONE)
    }

    fn find_price(&self, _: &str) -> Option<PlanOffer> {
        None
    }

    async fn open_customer(&self, _: OrgId) -> Result<String, PaymentError> {
        Err(NONE)
    }

    async fn sell_plan(&self, _: &str, _: PlanOffer, _: bool) -> Result<String, PaymentError> {
        Err(NONE)
    }

    async fn sell_credits(&self, _: &str, _: i64) -> Result<String, PaymentError> {
        Err(NONE)
    }

    async fn open_portal(&self, _: &str) -> Result<String, PaymentError> {
        Err(NONE)
    }

    fn read_notice(
        &self,
        _: &[u8],
        _: Option<&str>,
        _: Timestamp,
    ) -> Result<Option<PaymentNotice>, PaymentError> {
        Err(NONE)
    }
}
