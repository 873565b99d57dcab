//! The service.

use crate::Auth;
use crate::access::Caller;
use crate::core::Core;
use oneclaw_domain::{Actor, AuditEvent, AuditResource};
use oneclaw_policy::Action;
use std::sync::Arc;

/// Secrets given to people, agents, addresses and whoever has a link.
#[derive(Clone)]
pub struct Shares {
    pub(super) core: Arc<Core>,
    /// Who reads is looked at only where the share names somebody.
    pub(super) auth: Auth,
}

impl Shares {
    pub(crate) const fn new(core: Arc<Core>, auth: Auth) -> Self {
        Self { core, auth }
    }

    /// The event of what a caller does to something of which no more is known than its id.
    pub(super) fn event<A: Action>(&self, resource: AuditResource, caller: &Caller) -> AuditEvent {
        let actor = Actor::Principal(caller.principal());
        self.core.bare_event(
            A::NAME,
            Some(caller.org()),
            actor,
            resource,
            &caller.request,
        )
    }
}
