//! Lists: complete without a limit, in pages with one.

mod cursor;
mod request;

pub(crate) use cursor::Cursors;
pub use request::{ListRequest, Listed};
pub(crate) use request::{Pages, gather};
