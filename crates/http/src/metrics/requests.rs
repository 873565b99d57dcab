//! Requests, by endpoint.

use actix_web::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// The endpoint of requests that met none.
pub(crate) const UNMATCHED: &str = "unmatched";

/// Upper bounds of the duration histogram, in seconds: a read takes tens of microseconds, a password
/// hash tens of milliseconds.
const BOUNDS: [f64; 12] = [
    0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0,
];

/// What is counted of an answer.
pub(crate) struct Answered {
    pub(crate) endpoint: &'static str,
    pub(crate) method: &'static str,
    pub(crate) status: u16,
    pub(crate) elapsed: Duration,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct EndpointLabels {
    endpoint: &'static str,
}

pub(super) struct Requests {
    total: Family<RequestLabels, Counter>,
    duration: Family<EndpointLabels, Histogram, fn() -> Histogram>,
}

impl Requests {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
        let requests = Self {
            total: Family::default(),
            duration: Family::new_with_constructor(histogram),
        };
        registry.register("requests", "Requests answered", requests.total.clone());
        registry.register(
            "request_duration_seconds",
            "Time from the end of a request's headers to its answer",
            requests.duration.clone(),
        );
        requests
    }

    pub(super) fn count(&self, answered: &Answered) {
        let &Answered {
            endpoint,
            method,
            status,
            elapsed,
        } = answered;
        self.total
            .get_or_create(&RequestLabels {
                endpoint,
                method,
                status,
            })
            .inc();
        self.duration
            .get_or_create(&EndpointLabels { endpoint })
            .observe(elapsed.as_secs_f64());
    }
}

/// The method, if it is one that we know: anybody can make up others.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
