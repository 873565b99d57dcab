//! The handle that the HTTP layer holds.

use crate::core::Core;
use std::sync::Arc;

/// Agents: programs that act by grants alone.
#[derive(Clone)]
pub struct Agents {
    pub(super) core: Arc<Core>,
}

impl Agents {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
