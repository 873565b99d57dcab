//! Looks for new keys, and sweeps what has expired.

use crate::core::Core;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often new signing keys are looked for. Below the overlap that a retired key verifies.
const KEYS: Duration = Duration::from_secs(30);
/// Sweep once in so many looks: every ten minutes.
const SWEEP_EVERY: u32 = 20;

/// Starts the workers; they end with the services.
pub(crate) fn start(core: &Arc<Core>) {
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        let mut ticks = interval(KEYS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await; // the first tick is at once, and all is fresh then
        for round in 1_u32.. {
            ticks.tick().await;
            if !turn(&core, round).await {
                return;
            }
        }
    });
}

async fn turn(core: &Weak<Core>, round: u32) -> bool {
    let Some(core) = core.upgrade() else {
        return false;
    };
    let now = core.now();
    if let Err(error) = core.keys.keep_up(&core.seams.store, now).await {
        tracing::warn!(%error, "could not look for new signing keys");
    }
    if let Err(error) = core.chains.keep_up(&*core.seams.store, now).await {
        tracing::warn!(%error, "could not look for new audit keys");
    }
    if round.is_multiple_of(SWEEP_EVERY)
        && let Err(error) = core.seams.store.sweep(now).await
    {
        tracing::warn!(%error, "could not sweep what has expired");
    }
    true
}
