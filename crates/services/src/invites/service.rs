//! The handle that the HTTP layer holds.

use crate::core::Core;
use std::sync::Arc;

/// Invitations into an organization.
#[derive(Clone)]
pub struct Invites {
    pub(super) core: Arc<Core>,
}

impl Invites {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
