//! What runs by itself. Nothing depends on it but space, freshness and mail.

mod housekeeping;
mod outbox;
mod periodic;
mod rotations;
mod task;

pub(crate) use housekeeping::{Housekeeping, start as start_housekeeping};
pub(crate) use outbox::start as start_outbox;
pub(crate) use periodic::start;
pub(crate) use rotations::start as start_rotations;
pub(crate) use task::Task;
