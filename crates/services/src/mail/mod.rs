//! Mail: what is said, how it waits, and how it leaves.

mod account;
mod billing;
mod delivery;
mod entry;
mod letters;
mod mailer;
mod message;
mod outbox;
mod post;
mod render;
mod share;

pub(crate) use account::{AccountMessage, Dropped};
pub(crate) use billing::BillingMessage;
pub(crate) use entry::EntryMessage;
pub use mailer::{DeliveryError, Letter, Mailer};
pub(crate) use message::Message;
pub(crate) use outbox::Outbox;
pub(crate) use post::{Post, Posted};
pub(crate) use share::ShareMessage;
