//! The two servers of the process: the API, and the metrics if they are wanted.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use oneclaw_http::{HttpApp, HttpSettings, Metrics, TABLE};
use oneclaw_services::{Services, StoreStatistics, SystemIds};

use crate::plan::Plan;

/// The application.
pub(crate) fn app(settings: HttpSettings, metrics: Arc<Metrics>) -> HttpApp {
    HttpApp::new(settings, Arc::new(SystemIds), metrics, TABLE)
}

/// The API on a listener.
///
/// # Errors
/// The listener cannot be used.
pub(crate) fn api(
    listener: TcpListener,
    app: &HttpApp,
    services: &Services,
    plan: &Plan,
) -> io::Result<Server> {
    let services = Data::new(services.clone());
    app.listen(vec![listener], plan.workers, plan.grace, move |config| {
        config.app_data(services.clone());
    })
}

/// `GET /metrics` on a listener of its own; everything else there is 404.
///
/// # Errors
/// The listener cannot be used.
pub(crate) fn metrics(listener: TcpListener, metrics: Arc<Metrics>) -> io::Result<Server> {
    let metrics = Data::from(metrics);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(metrics.clone())
            .route("/metrics", web::get().to(encode))
    });
    // Whoever reads metrics while the server stops can read them again from the next one.
    let server = server.workers(1).disable_signals().shutdown_timeout(1);
    Ok(server.listen(listener)?.run())
}

async fn encode(metrics: Data<Metrics>) -> HttpResponse {
    match metrics.encode() {
        Ok(text) => HttpResponse::Ok()
            .content_type(Metrics::CONTENT_TYPE)
            .body(text),
        Err(error) => {
            tracing::error!(%error, "could not write the metrics");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A number that the services count.
type Count = fn(&Services) -> u64;

/// The metrics of requests, and what the services count.
pub(crate) fn counting(services: &Services) -> Arc<Metrics> {
    let metrics = Metrics::new();
    let of_store = |name, help, of: fn(StoreStatistics) -> u64| {
        let services = services.clone();
        metrics.register_counter(name, help, move || of(services.store_statistics()));
    };
    of_store(
        "store_read_round_trips",
        "Statements sent to the store for reading",
        |s| s.read_round_trips,
    );
    of_store(
        "store_write_round_trips",
        "Statements sent to the store by units of work",
        |s| s.write_round_trips,
    );
    of_store("journal_commits", "Commits of the journal", |s| {
        s.journal_commits
    });
    of_store(
        "journal_events",
        "Events in the commits of the journal",
        |s| s.journal_events,
    );
    let of_services: [(_, _, Count); 3] = [
        (
            "password_hashes",
            "Password hashes computed",
            Services::password_hashes,
        ),
        (
            "integrity_failures",
            "Stored values that did not open",
            Services::integrity_failures,
        ),
        (
            "broken_chains",
            "Ends of audit chains that were not as they were signed, and audit keys that were gone",
            Services::broken_chains,
        ),
    ];
    for (name, help, of) in of_services {
        let services = services.clone();
        metrics.register_counter(name, help, move || of(&services));
    }
    let tidying = services.clone();
    metrics.register_family(
        "housekeeping_rows",
        "Rows that housekeeping took away, emptied or noted",
        "kind",
        move || tidying.rows_tidied(),
    );
    let tidying = services.clone();
    metrics.register_gauge(
        "housekeeping_last_round_seconds",
        "When a whole round of housekeeping last ended here, in seconds since 1970; 0 is never",
        move || tidying.last_tidied(),
    );
    Arc::new(metrics)
}
