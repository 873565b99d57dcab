//! Mail: what is said, how it waits, and how it leaves.

mod delivery;
mod letters;
mod mailer;
mod message;
mod outbox;
mod post;
mod render;

pub use mailer::{DeliveryError, Letter, Mailer};
pub(crate) use message::Message;
pub(crate) use outbox::Outbox;
pub(crate) use post::{Post, Posted};
