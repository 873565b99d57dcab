//! `oneclaw serve`: opens the parts, serves, and stops without losing a request.

use std::io::Write;
use std::net::TcpListener;

use actix_web::dev::Server;
use oneclaw_services::{SecretText, Services};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::parts::Parts;
use crate::plan::Plan;
use crate::signals::Signals;
use crate::startup::Startup;
use crate::{listener, server, unclaimed};

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// An address is taken, or the store or the keys cannot be used.
pub(crate) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let mut signals =
        Signals::take_over().map_err(|error| Failure::System("take the signals over", error))?;
    // The address first: a second server on one machine must not migrate the store of the first.
    let listener = listener::bind(configuration.network.listen, "listen")?;
    let metrics = configuration
        .watching
        .metrics_listen
        .map(|address| listener::bind(address, "metrics_listen"))
        .transpose()?;
    let plan = Plan::of(&configuration, local(&listener)?);
    let parts = Parts::open(configuration).await?;
    let services = Services::start(parts.seams(), plan.services.clone()).await?;
    let startup = Startup {
        bound: local(&listener)?,
        public_url: plan.services.public_url.clone(),
        store: oneclaw_services::Store::describe(&parts.store),
        keys: parts.keys.provider().describe(),
        mail: parts.mailer.describe(),
        created_key: parts.created_key.clone(),
        applied: parts.applied.len(),
        metrics: metrics.as_ref().map(local).transpose()?,
        setup_code: setup_code(&services).await?,
    };
    let counting = server::counting(&services);
    if let Some(listener) = metrics {
        tokio::spawn(server::metrics(listener, counting.clone()).map_err(serving)?);
    }
    let app = server::app(plan.http.clone(), counting);
    let server = server::api(listener, &app, &services, &plan).map_err(serving)?;
    tell(&startup);
    unclaimed::watch(&services, startup.bound);
    if !parts.mailer.reaches_people() {
        tracing::info!(
            mail = startup.mail,
            "mail is not sent: set mail.host to the mail server that shall send it"
        );
    }
    until_stopped(server, &mut signals).await?;
    services.close().await;
    parts.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn setup_code(services: &Services) -> Result<Option<SecretText>, Failure> {
    let code = services.auth.setup_code().await;
    code.map_err(|error| Failure::System("look for accounts", std::io::Error::other(error)))
}

fn local(listener: &TcpListener) -> Result<std::net::SocketAddr, Failure> {
    listener
        .local_addr()
        .map_err(|error| Failure::System("tell the address", error))
}

fn tell(startup: &Startup) {
    let mut out = std::io::stdout().lock();
    // A closed standard output is no reason not to serve.
    let _ = out
        .write_all(startup.text().as_bytes())
        .and_then(|()| out.flush());
    for warning in startup.warnings() {
        tracing::warn!("{warning}");
    }
    tracing::info!(address = %startup.bound, store = startup.store, keys = startup.keys, "serving");
}

/// Waits for a signal, then lets the requests in flight finish; a second signal does not wait.
async fn until_stopped(server: Server, signals: &mut Signals) -> Result<(), Failure> {
    let handle = server.handle();
    let mut serving = tokio::spawn(server);
    tokio::select! {
        ended = &mut serving => return finished(ended),
        signal = signals.next() => tracing::info!(signal, "stopping: requests in flight are finished, a second signal stops at once"),
    }
    tokio::select! {
        () = handle.stop(true) => {}
        signal = signals.next() => {
            eprintln!("oneclaw: stopped at once by a second {signal}: requests in flight were cut off");
            std::process::exit(1);
        }
    }
    finished(serving.await)
}

fn finished(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> Result<(), Failure> {
    ended
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
        .map_err(serving)
}

fn serving(error: std::io::Error) -> Failure {
    Failure::System("serve", error)
}
