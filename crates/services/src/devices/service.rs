//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Devices that ask to be logged in (RFC 8628).
#[derive(Clone)]
pub struct Devices {
    pub(super) core: Arc<Core>,
}

impl Devices {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
