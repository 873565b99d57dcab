//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Usage, plans, credits and payments.
#[derive(Clone)]
pub struct Billing {
    pub(super) core: Arc<Core>,
}

impl Billing {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
