//! Goes on with rotations of customers' keys that this process began.

use crate::cmek::Rotation;
use crate::core::Core;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::interval;

/// Wait before a batch that failed is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Starts the worker, on the runtime of the services rather than that of a request; it ends with
/// them.
pub(crate) fn start(core: &Arc<Core>) {
    let mut begun = core.rotations.for_worker();
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        while let Some(rotation) = begun.recv().await {
            tokio::spawn(carry(Weak::clone(&core), rotation));
        }
    });
}

/// Works at one rotation until it is over, is somebody else's, or the process stops.
async fn carry(core: Weak<Core>, mut rotation: Rotation) {
    let Some(core) = core.upgrade() else {
        return;
    };
    let _at_work = core.rotations.at_work().await;
    while !core.rotations.is_closing() {
        let outcome = match core.rotations.turn().await {
            Some(_turn) => core.rotation_batch(&mut rotation).await,
            None => return,
        };
        match outcome {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) if core.now() >= rotation.held_until() => {
                tracing::error!(%error, "a rotation of customers' keys was given up");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "a batch of a rotation of customers' keys is tried again");
                pause().await;
            }
        }
    }
    if let Err(error) = core.cut_off(&rotation).await {
        tracing::warn!(%error, "could not note that a rotation was cut off");
    }
}

async fn pause() {
    let mut ticks = interval(AGAIN);
    ticks.tick().await; // the first tick is at once
    ticks.tick().await;
}
