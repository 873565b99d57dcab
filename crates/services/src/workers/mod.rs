//! What runs by itself. Nothing depends on it but space, freshness and mail.

mod outbox;
mod periodic;
mod rotations;

pub(crate) use outbox::start as start_outbox;
pub(crate) use periodic::start;
pub(crate) use rotations::start as start_rotations;
