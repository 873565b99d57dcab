//! How many dry runs, or exports, an organization has under way: each reads much, and others read,
//! too.

use oneclaw_domain::OrgId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Those under way. Clones are the same ones.
#[derive(Clone)]
pub(crate) struct Running {
    at_once: u8,
    many: Arc<Mutex<HashMap<OrgId, u8>>>,
}

/// One of them; it is over when this is dropped.
pub(crate) struct Slot {
    of: Running,
    org: OrgId,
}

impl Running {
    /// None yet; `at_once` of one organization may be.
    pub(crate) fn new(at_once: u8) -> Self {
        Self {
            at_once,
            many: Arc::default(),
        }
    }

    /// One more, unless there are as many as may be.
    pub(crate) fn enter(&self, org: OrgId) -> Option<Slot> {
        let mut running = self.many.lock().unwrap_or_else(PoisonError::into_inner);
        let many = running.get(&org).copied().unwrap_or(0);
        if many >= self.at_once {
            return None;
        }
        running.insert(org, many + 1);
        Some(Slot {
            of: self.clone(),
            org,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.of.many.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(many) = running.get_mut(&self.org) {
            *many -= 1;
            if *many == 0 {
                running.remove(&self.org);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn fld_08_two_at_once_for_one_organization_whatever_others_do() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (one, other) = (OrgId::from_uuid(one), OrgId::from_uuid(other));
        let running = Running::new(2);
        let first = running.enter(one);
        let second = running.enter(one);
        assert!(first.is_some() && second.is_some());
        assert!(running.enter(one).is_none());
        assert!(running.enter(other).is_some());
        drop(first);
        let third = running.enter(one);
        assert!(third.is_some());
        assert!(running.enter(one).is_none());
        drop((second, third));
        assert!(running.many.lock().unwrap().is_empty());
    }
}
