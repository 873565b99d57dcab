//! The handle that the HTTP layer holds.

use crate::core::Core;
use std::sync::Arc;

/// Agents that ask to be registered.
#[derive(Clone)]
pub struct Enrollments {
    pub(super) core: Arc<Core>,
}

impl Enrollments {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
