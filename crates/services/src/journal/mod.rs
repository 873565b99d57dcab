//! The journal: what was done is on disk before the answer leaves, and still fast.

mod folding;
mod receipt;
mod writer;

pub(crate) use folding::Folds;
pub use receipt::Receipt;
pub(crate) use writer::Journal;
