//! Policies.

mod read;
mod rows;
mod write;

pub(crate) use rows::{GrantRow, PolicyRow};
