//! The service.

use crate::core::Core;
use std::sync::Arc;

/// A person's own account.
#[derive(Clone)]
pub struct Accounts {
    pub(super) core: Arc<Core>,
}

impl Accounts {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
