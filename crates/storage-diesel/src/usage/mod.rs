//! Metered requests: counted, and charged beyond the limit, in the commit of their event.

mod account;
mod facts;
mod payer;
mod statements;
mod write;

pub(crate) use account::{Accounts, Fare};
pub(crate) use facts::Facts;
pub(crate) use write::{MonthChange, NewUsage};
