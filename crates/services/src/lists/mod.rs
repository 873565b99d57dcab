//! Lists: complete without a limit, in pages with one.

mod cursor;
mod request;

pub(crate) use cursor::Cursors;
pub(crate) use request::gather;
pub use request::{ListRequest, Listed};
