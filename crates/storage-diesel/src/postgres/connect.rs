//! Making a connection.

use super::live::Live;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use std::error::Error;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio_postgres::{Config, NoTls};

/// Longest statement, and longest wait for a lock. Set when a connection is made, so that they cost
/// no round trip; a request that waits longer has lost its client anyway.
const LIMITS: &str =
    "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s";

/// How to connect to one database.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    runtime: Handle,
    live: Arc<Live>,
}

impl Connector {
    /// Takes the runtime on which connections are driven: the one that opened the store, whatever
    /// runtime a request comes from.
    pub(super) fn new(mut config: Config, runtime: Handle) -> Self {
        let options = config
            .get_options()
            .map_or(LIMITS.to_owned(), |own| format!("{LIMITS} {own}"));
        config.options(options);
        if config.get_application_name().is_none() {
            config.application_name("oneclaw");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(std::time::Duration::from_secs(5));
        }
        Self {
            config,
            runtime,
            live: Arc::default(),
        }
    }

    /// Connects.
    pub(super) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let (config, live) = (self.config.clone(), Arc::clone(&self.live));
        let connecting = self
            .runtime
            .spawn(async move { establish(&config, live).await });
        match connecting.await {
            Ok(connected) => connected,
            Err(error) => Err(refused(&error)),
        }
    }

    /// Waits until every connection that was made has ended.
    pub(super) async fn all_ended(&self) {
        self.live.none_left().await;
    }

    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

async fn establish(config: &Config, live: Arc<Live>) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) = config
        .connect(NoTls)
        .await
        .map_err(|error| refused(&error))?;
    let driven = live.begin();
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = %in_words(&error), "a connection to Postgres was lost");
        }
        drop(driven);
    });
    AsyncPgConnection::try_from(client).await
}

fn refused(error: &(dyn Error + 'static)) -> ConnectionError {
    let text = in_words(error);
    tracing::warn!(error = %text, "could not connect to Postgres");
    ConnectionError::BadConnection(text)
}

/// The error with what lies under it: the library's own text stops at the first.
fn in_words(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        below = cause.source();
    }
    text
}
