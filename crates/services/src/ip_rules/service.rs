//! The service, and the one thing that its changes must not do in silence.

use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step};
use oneclaw_domain::{IpRule, rules_admit};
use std::sync::Arc;

/// Rules about the addresses that an organization's callers come from.
#[derive(Clone)]
pub struct IpRules {
    pub(super) core: Arc<Core>,
}

impl IpRules {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}

/// Whether the caller's own next request would be let in by these rules; where no address of theirs
/// is known, any rule about them keeps them out.
pub(super) fn admits_caller<'a>(
    rules: impl IntoIterator<Item = &'a IpRule>,
    caller: &Caller,
    force: bool,
) -> Step<()> {
    if force || rules_admit(rules, caller.principal(), caller.request.ip) {
        return Ok(());
    }
    Err(Refusal::Conflict(
        "This would shut out your own address; say `force` to do it all the same",
    )
    .into())
}
