//! What every worker shares.

use crate::endpoint::{Endpoint, Group, groups};
use crate::metrics::Metrics;
use crate::middleware::RateGuard;
use crate::settings::HttpSettings;
use crate::{docs_page, openapi};
use actix_web::web::Bytes;
use oneclaw_domain::Ids;
use std::sync::Arc;

/// What every worker shares.
pub(crate) struct Core {
    pub(crate) settings: Arc<HttpSettings>,
    pub(crate) origins: Vec<String>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) rate_guard: Option<RateGuard>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) table: Vec<&'static [Endpoint]>,
    /// The same by path, as it is mounted.
    pub(crate) groups: Vec<Group>,
    /// The OpenAPI document as it is served.
    pub(crate) document: Bytes,
}

impl Core {
    pub(super) fn new(
        settings: HttpSettings,
        ids: Arc<dyn Ids>,
        metrics: Arc<Metrics>,
        table: &[&'static [Endpoint]],
    ) -> Self {
        let own = [openapi::ROUTES, docs_page::ROUTES];
        let table: Vec<_> = table.iter().copied().chain(own).collect();
        let document = openapi::document(&table, &settings.public_url);
        Self {
            origins: settings.origins(),
            rate_guard: settings.rate_limit.map(RateGuard::new),
            settings: Arc::new(settings),
            ids,
            metrics,
            groups: groups(&table),
            table,
            document: serde_json::to_vec(&document).unwrap_or_default().into(),
        }
    }
}
