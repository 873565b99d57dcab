//! The journal: what was done is on disk before the answer leaves, and still fast.

mod receipt;
mod writer;

pub use receipt::Receipt;
pub(crate) use writer::Journal;
