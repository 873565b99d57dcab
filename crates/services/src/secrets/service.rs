//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Secrets.
#[derive(Clone)]
pub struct Secrets {
    pub(super) core: Arc<Core>,
}

impl Secrets {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
