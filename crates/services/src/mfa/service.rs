//! The service.

use crate::core::Core;
use std::sync::Arc;

/// Second factors, and fresh proofs of who somebody is.
#[derive(Clone)]
pub struct Mfa {
    pub(super) core: Arc<Core>,
}

impl Mfa {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
