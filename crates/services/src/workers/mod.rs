//! What runs by itself. Nothing depends on it but space and freshness.

mod periodic;

pub(crate) use periodic::start;
