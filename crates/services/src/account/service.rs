//! The service.

use crate::core::Core;
use crate::policies::Running;
use std::sync::Arc;

/// A person's own account.
#[derive(Clone)]
pub struct Accounts {
    pub(super) core: Arc<Core>,
    /// Each export reads much, and others read, too.
    pub(super) exports: Running,
}

impl Accounts {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let exports = Running::new(core.settings.exports_at_once);
        Self { core, exports }
    }
}
