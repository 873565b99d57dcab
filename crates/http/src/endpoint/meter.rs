//! By what requests of a row are metered (contract 16.2).

use super::{Auth, Endpoint};
use crate::metrics::method_label;
use actix_web::http::StatusCode;
use oneclaw_domain::Metered;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of a row's requests before one comes: all but whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    method: &'static str,
    route: &'static str,
    action: &'static str,
    success: u16,
    /// Whether every request of it needs a credential.
    pub(crate) asks_for_credential: bool,
}

impl Meter {
    /// The row's, by its words in the OpenAPI document: the first success that it tells of.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        let responses = (endpoint.docs)().operation.responses.responses;
        let success = responses.keys().find(|status| status.starts_with('2'));
        let success = success.and_then(|status| status.parse().ok());
        Self {
            method: method_label(&endpoint.method),
            route: for_ever(endpoint.full_path()),
            action: endpoint.action,
            success: success.unwrap_or(StatusCode::OK.as_u16()),
            asks_for_credential: endpoint.auth == Auth::Bearer,
        }
    }

    /// One request of it.
    pub(crate) fn request(&self) -> Arc<Metered> {
        Arc::new(Metered {
            method: self.method,
            route: self.route,
            action: self.action,
            success: self.success,
            unchanged: StatusCode::NOT_MODIFIED.as_u16(),
            org: OnceLock::new(),
        })
    }
}

/// The text, kept as long as the process runs: there are as many as the table has paths, however
/// often it is mounted.
fn for_ever(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text.as_str()) {
        return known;
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    kept.insert(text);
    text
}
