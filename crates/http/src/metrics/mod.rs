//! What is counted, for Prometheus. No label comes from a caller.

mod collected;
mod registry;
mod requests;

pub use registry::Metrics;
pub(crate) use requests::{Answered, UNMATCHED, method_label};
