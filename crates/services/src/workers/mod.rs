//! What runs by itself. Nothing depends on it but space, freshness and mail.

mod outbox;
mod periodic;

pub(crate) use outbox::start as start_outbox;
pub(crate) use periodic::start;
