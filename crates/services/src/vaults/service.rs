//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Vaults.
#[derive(Clone)]
pub struct Vaults {
    pub(super) core: Arc<Core>,
}

impl Vaults {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
