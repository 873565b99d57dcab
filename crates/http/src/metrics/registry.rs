//! All metrics of the process.

use super::collected::{Collected, Family, Kind};
use super::requests::{Answered, Requests};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// All metrics of the process. They are shown on a listener of their own, never with the API.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Requests,
}

impl Metrics {
    /// Content type of [`Metrics::encode`] (`OpenMetrics` 1.0).
    pub const CONTENT_TYPE: &'static str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// The metrics of requests; others are registered.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("oneclaw");
        let requests = Requests::new(&mut registry);
        Self {
            registry: Mutex::new(registry),
            requests,
        }
    }

    /// Shows a number that only grows; `name` is without prefix and without `_total`.
    pub fn register_counter(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        self.register(Collected {
            name,
            help,
            kind: Kind::Counter,
            read: Box::new(read),
        });
    }

    /// Shows a number that goes up and down.
    pub fn register_gauge(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) {
        self.register(Collected {
            name,
            help,
            kind: Kind::Gauge,
            read: Box::new(read),
        });
    }

    /// Shows numbers that only grow, told apart by `label`, whose values must be few and no
    /// caller's.
    pub fn register_family(
        &self,
        name: &'static str,
        help: &'static str,
        label: &'static str,
        read: impl Fn() -> Vec<(&'static str, u64)> + Send + Sync + 'static,
    ) {
        self.register(Family {
            name,
            help,
            label,
            read: Box::new(read),
        });
    }

    fn register(&self, collected: impl Collector) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        registry.register_collector(Box::new(collected));
    }

    /// Everything, as text.
    ///
    /// # Errors
    /// A metric that cannot be written.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        text::encode(&mut out, &registry)?;
        Ok(out)
    }

    pub(crate) fn count(&self, answered: &Answered) {
        self.requests.count(answered);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(..)")
    }
}
