//! How many connections there are.

use std::sync::Arc;
use tokio::sync::watch;

/// Counts connections from their making to their end.
#[derive(Debug, Default)]
pub(super) struct Live(watch::Sender<usize>);

/// One connection that is being driven.
pub(super) struct Driven(Arc<Live>);

impl Live {
    pub(super) fn begin(self: Arc<Self>) -> Driven {
        self.0.send_modify(|count| *count += 1);
        Driven(self)
    }

    pub(super) async fn none_left(&self) {
        let mut count = self.0.subscribe();
        // The sender lives in `self`, so this ends with the count alone.
        drop(count.wait_for(|count| *count == 0).await);
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        self.0
            .0
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}
