//! The handle that the HTTP layer holds.

use super::running::Running;
use crate::access::Caller;
use crate::core::{Core, Step};
use crate::{AuthFailure, Refusal};
use oneclaw_policy::{Access, Action, Facts, VaultScope};
use std::sync::Arc;

/// Policies: who may do what at which paths of a vault.
#[derive(Clone)]
pub struct Policies {
    pub(super) core: Arc<Core>,
    pub(super) running: Running,
}

impl Policies {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let running = Running::new(core.settings.dry_runs_at_once);
        Self { core, running }
    }

    /// Judges what only looks at a vault.
    pub(super) async fn judge<A: Action<On = VaultScope>>(
        &self,
        caller: &Caller,
        on: &VaultScope,
    ) -> Step<Access<A>> {
        let (core, store) = (&*self.core, &self.core.seams.store);
        // one connection at a time: the judge may want one of its own
        let found = {
            let mut reader = store.read().await?;
            reader.access().vault_owner(on.org, on.vault).await?
        };
        let (epoch, vault) = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
        let seen = (epoch, Facts::vault(vault.as_ref()));
        Ok(core
            .gate
            .judge::<A>(store, caller, on.clone(), seen, core.now())
            .await?)
    }
}
