//! The statements of a batch on Postgres. Each has one text whatever the batch's size, because
//! its rows come as arrays, and so is prepared once per connection; `sql_query` and an insert of
//! many rows are parsed and planned anew with every batch, at a round trip more.

mod columns;
mod reads;
mod write;

pub(super) use reads::{CountReads, CountShares, CountVersions, LockLeft};
pub(super) use write::WriteBatch;
