//! The service.

use crate::core::Core;
use crate::policies::Running;
use std::sync::Arc;

/// What was done.
#[derive(Clone)]
pub struct Audit {
    pub(super) core: Arc<Core>,
    /// Each reads much, and others read, too.
    pub(super) verifications: Running,
    /// As long as whoever takes it is still reading.
    pub(super) exports: Running,
}

impl Audit {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self {
            verifications: Running::new(core.settings.audit_checks_at_once),
            exports: Running::new(core.settings.audit_exports_at_once),
            core,
        }
    }
}
