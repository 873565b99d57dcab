//! The usage that an event stands for.

use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::{Actor, AuditEvent, AuditRequest, Priced, Usage};

impl Core {
    /// What a request is metered as whose event is about `action`; `None` = it is not metered.
    pub(crate) fn usage(
        &self,
        action: &'static str,
        by: Actor,
        request: &AuditRequest,
    ) -> Option<Box<Usage>> {
        let metered = request.metered.as_deref()?;
        Some(Box::new(Usage {
            method: metered.method,
            route: metered.route,
            status: metered.success,
            by,
            refused: self.tariff.refused,
            price: Priced::of_action(action),
            plans: self.plans(),
        }))
    }

    /// What is left of that where the request is refused: it counts, and costs nothing. Who did not
    /// prove who they are is nobody, and counts for nobody.
    pub(crate) fn meter_refusal(&self, event: &mut AuditEvent, refusal: &mut Refusal) {
        let priced = event.usage.as_ref().and_then(|usage| usage.price);
        if let Refusal::QuotaSpent { what, .. } = refusal {
            *what = what.or(priced);
        }
        if event.actor == Actor::Anonymous || event.org.is_none() || is_by_nobody(refusal) {
            event.usage = None;
        } else {
            let status = (self.settings.status_of)(refusal);
            refused(event, status);
        }
    }
}

/// The same by the status of the answer.
pub(crate) fn refused(event: &mut AuditEvent, status: u16) {
    if let Some(usage) = &mut event.usage {
        usage.status = status;
        usage.price = None;
    }
}

/// Whether the credential itself was refused.
const fn is_by_nobody(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Unauthenticated(failure) => failure.is_of_credential(),
        _ => false,
    }
}
