//! The journal: audit events and counted reads, many in one commit. A unit of work ends in the
//! same way, with one event.

mod append;
mod batch;
mod count;
mod statements;
mod write;
