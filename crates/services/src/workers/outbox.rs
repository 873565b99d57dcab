//! Sends what waits in the outbox: at once when this process queued it, else with the next tick.

use crate::core::Core;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often the outbox is looked into for what others queued, and for what is to be tried again.
const LOOK: Duration = Duration::from_secs(15);

/// Starts the worker; it ends with the services.
pub(crate) fn start(core: &Arc<Core>) {
    let queued = core.outbox.queued();
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // the first tick is at once: what was left when the last process ended
            tokio::select! {
                () = queued.notified() => {}
                _ = ticks.tick() => {}
            }
            let Some(core) = core.upgrade() else {
                return;
            };
            if let Err(error) = core.deliver_mail().await {
                tracing::warn!(%error, "could not look into the outbox");
            }
        }
    });
}
