//! The endpoint table: what is mounted, what metrics are labelled by, what the documents are made of.

mod documentation;
mod group;
mod matched;
mod meter;
mod mount;
mod row;

pub use documentation::{Documentation, documented};
pub(crate) use group::{Group, groups};
pub use matched::Matched;
pub(crate) use mount::mount;
pub use row::{Auth, BodyKind, Endpoint, Place};
