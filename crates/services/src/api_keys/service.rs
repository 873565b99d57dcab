//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Personal API keys.
#[derive(Clone)]
pub struct ApiKeys {
    pub(super) core: Arc<Core>,
}

impl ApiKeys {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
