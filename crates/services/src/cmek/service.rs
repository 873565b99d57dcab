//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Keys that customers manage.
#[derive(Clone)]
pub struct Cmek {
    pub(super) core: Arc<Core>,
}

impl Cmek {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
