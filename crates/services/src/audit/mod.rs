//! What was done: its chains, and who may look at them.

mod keeper;
mod keys;
mod start;

pub(crate) use keeper::Keeper;
pub(crate) use keys::key_context;
use start::NOTICE;
pub(crate) use start::{keep, next_key, start};
