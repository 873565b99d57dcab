//! The service.

use crate::core::Core;
use crate::policies::Running;
use std::sync::Arc;

/// Counts of one organization at once, for each check that may be: several people look at pages.
const COUNTS: u8 = 4;

/// What was done.
#[derive(Clone)]
pub struct Audit {
    pub(super) core: Arc<Core>,
    /// Each reads much, and others read, too.
    pub(super) verifications: Running,
    /// Pages of which it is counted how many more there are.
    pub(super) counts: Running,
    /// As long as whoever takes it is still reading.
    pub(super) exports: Running,
}

impl Audit {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let checks = core.settings.audit_checks_at_once;
        Self {
            verifications: Running::new(checks),
            counts: Running::new(checks.saturating_mul(COUNTS)),
            exports: Running::new(core.settings.audit_exports_at_once),
            core,
        }
    }
}
