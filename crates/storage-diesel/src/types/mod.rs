//! The SQL types that both stores share, and the values that go in and out of them.

mod document;
mod id;
mod lenient;
mod moment;
pub(crate) mod sql;

pub(crate) use document::StoredJson;
pub(crate) use id::StoredId;
pub(crate) use lenient::LenientJson;
pub(crate) use moment::StoredTime;
