//! What an organization uses, and how it pays: its plan, its credits, and the payment provider.

mod book;
mod checkout;
mod credits;
mod entries;
mod expiry;
mod history;
mod model_billing;
mod overage_method;
mod period;
mod portal;
mod reminders;
mod service;
mod subscribe;
mod subscription;
mod top_up;
mod usage;
mod webhook;

pub(crate) use book::TOO_MUCH;
pub use credits::CreditReport;
pub use entries::{CreditEntries, EntriesRequest};
pub use service::Billing;
pub use subscribe::{SubscribeCommand, WantedPlan};
pub use subscription::SubscriptionReport;
pub use top_up::TopUpAmount;
pub use usage::UsageReport;
