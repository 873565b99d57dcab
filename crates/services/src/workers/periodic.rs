//! Looks for new keys, and sweeps what has expired.

use crate::core::Core;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often new signing keys are looked for. Below the overlap that a retired key verifies.
const KEYS: Duration = Duration::from_secs(30);

/// Starts the workers; they end with the services.
pub(crate) fn start(core: &Arc<Core>) {
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        let mut ticks = interval(KEYS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await; // the first tick is at once, and all is fresh then
        loop {
            ticks.tick().await;
            if !turn(&core).await {
                return;
            }
        }
    });
}

async fn turn(core: &Weak<Core>) -> bool {
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
    core.keep_up_settings().await;
    core.look_at_clock().await;
    if core.settings.housekeeping_worker {
        core.write_folded(Some(now)).await;
    }
    true
}
