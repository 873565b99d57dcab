//! The application, listening.

use super::HttpApp;
use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::{Data, ServiceConfig};
use oneclaw_services::Services;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a closing connection may take to say goodbye.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

impl HttpApp {
    /// A server on bound listeners, in `workers` threads (0 = one per core). It runs when it is
    /// awaited, within an actix system; its handle stops it. Signals are the caller's affair;
    /// requests in flight get `grace` to finish.
    ///
    /// # Errors
    /// A listener that cannot be used.
    pub fn listen(
        &self,
        listeners: Vec<TcpListener>,
        workers: usize,
        grace: Duration,
        extend: impl Fn(&mut ServiceConfig) + Send + Clone + 'static,
    ) -> io::Result<Server> {
        let app = self.clone();
        let mut server = HttpServer::new(move || app.app(extend.clone()))
            .client_request_timeout(self.settings().head_timeout)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(grace.as_secs())
            .disable_signals();
        if workers > 0 {
            server = server.workers(workers);
        }
        for listener in listeners {
            server = server.listen(listener)?;
        }
        Ok(server.run())
    }
}

/// What handlers take from the application: the services. For [`HttpApp::listen`].
pub fn serving(services: &Services) -> impl Fn(&mut ServiceConfig) + Send + Clone + use<> {
    let services = Data::new(services.clone());
    move |config| {
        config.app_data(services.clone());
    }
}
