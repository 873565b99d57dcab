//! The service.

use crate::core::Core;
use std::sync::Arc;

/// What is done by who runs the installation.
#[derive(Clone)]
pub struct Admin {
    pub(super) core: Arc<Core>,
}

impl Admin {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
