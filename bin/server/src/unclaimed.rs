//! Warns for as long as other machines can reach a server that has no account yet.

use std::net::SocketAddr;
use std::time::Duration;

use oneclaw_services::Services;

/// How often it is said again.
const AGAIN: Duration = Duration::from_mins(10);

/// What is said, at the start and again.
pub(crate) const WARNING: &str = "there is no account yet, and other machines can reach the server: make the first one with the set-up code that the start printed on standard output";

/// Warns every ten minutes from now, until the first account is made. On loopback there is nothing to warn of.
pub(crate) fn watch(services: &Services, bound: SocketAddr) {
    if bound.ip().is_loopback() {
        return;
    }
    let services = services.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(AGAIN);
        ticks.tick().await; // the first tick is at once, and the start has warned
        loop {
            ticks.tick().await;
            match services.auth.setup_code().await {
                Ok(None) => return,
                Ok(Some(_)) => tracing::warn!("{WARNING}"),
                Err(error) => tracing::warn!(%error, "could not look for accounts"),
            }
        }
    });
}
