//! Usage, plans and credits, as they are read and changed.

mod paid;
mod purse;
mod read;
mod rows;
mod write;

pub(crate) use purse::{Purse, below_zero};
