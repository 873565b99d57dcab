//! What a process keeps beside its store: who links its events, and how organizations stood last.

use oneclaw_domain::{ChainHead, OrgId, Quota};
use oneclaw_storage::ChainKeeper;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Organizations whose quota is remembered; of more, any is forgotten: who is not remembered is asked
/// for by a statement more.
const REMEMBERED: usize = 50_000;

/// Shared by all sessions of one store.
#[derive(Default)]
pub(crate) struct Books {
    keeper: OnceLock<Arc<dyn ChainKeeper>>,
    quotas: Mutex<HashMap<OrgId, (i64, Quota)>>,
}

impl Books {
    /// From now on events are linked; the first keeper stays.
    pub(crate) fn keep(&self, keeper: Arc<dyn ChainKeeper>) {
        let _kept_already = self.keeper.set(keeper);
    }

    /// Who links events, where they are.
    pub(crate) fn keeper(&self) -> Option<Arc<dyn ChainKeeper>> {
        self.keeper.get().map(Arc::clone)
    }

    /// How an organization stood at the last commit that metered it.
    pub(crate) fn last_quota(&self, org: OrgId) -> Option<Quota> {
        self.quotas().get(&org).map(|(_, quota)| *quota)
    }

    /// Takes note of what a commit wrote, once it is on disk: the chains' new ends, and how
    /// organizations stood at the event of that number.
    pub(crate) fn committed(&self, heads: &[ChainHead], quotas: &[(i64, Quota)]) {
        if let Some(keeper) = self.keeper.get() {
            for head in heads {
                keeper.committed(head);
            }
        }
        if quotas.is_empty() {
            return;
        }
        let mut remembered = self.quotas();
        for (seq, quota) in quotas {
            if remembered.len() >= REMEMBERED
                && !remembered.contains_key(&quota.org)
                && let Some(any) = remembered.keys().next().copied()
            {
                remembered.remove(&any);
            }
            // a commit that was overtaken on its way here knows less
            let known = remembered.entry(quota.org).or_insert((*seq, *quota));
            if *seq >= known.0 {
                *known = (*seq, *quota);
            }
        }
    }

    fn quotas(&self) -> std::sync::MutexGuard<'_, HashMap<OrgId, (i64, Quota)>> {
        self.quotas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
