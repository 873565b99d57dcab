//! The server's binary: reads the configuration, wires the parts together, and runs one subcommand.

mod cli;
mod commands;
mod configuration;
mod data_dir;
mod failure;
mod hardening;
mod listener;
mod os_user;
mod parts;
mod plan;
mod server;
mod signals;
mod startup;
mod telemetry;
mod unclaimed;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use cli::{Audit, Cli, Command, IpRules, Keys, Rotate};
use configuration::{Configuration, InForce, LogFilter};
use failure::Failure;
use oneclaw_domain::Chain;
use telemetry::Telemetry;

/// The exit status for a configuration that does not do, the same as for flags that do not exist.
const BAD_CONFIGURATION: u8 = 2;

/// How long work that cannot be cancelled, such as a password hash, may hold up the end of the process.
const LAST_WORK: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (configuration, report) = match Configuration::load(cli.arguments.into_given()) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("oneclaw: {error}");
            return ExitCode::from(BAD_CONFIGURATION);
        }
    };
    match run(
        cli.command.unwrap_or(Command::Serve),
        configuration,
        &report,
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("oneclaw: {}", failure.in_one_line());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, configuration: Configuration, report: &[InForce]) -> Result<(), Failure> {
    hardening::harden().map_err(|error| Failure::System("switch core dumps off", error))?;
    let quiet = LogFilter::of_command();
    match command {
        Command::Config => {
            commands::config::run(report).map_err(|error| Failure::System("print", error))
        }
        Command::Openapi => commands::openapi::run(&configuration),
        Command::Serve => at_work(configuration, &LogFilter::of_server(), commands::serve::run),
        Command::Migrate => at_work(configuration, &quiet, commands::migrate::run),
        Command::Admin(what) => {
            let administer = async move |configuration| {
                // large, and alone: what waits for it stays small
                Box::pin(commands::admin::run(configuration, what)).await
            };
            at_work(configuration, &quiet, administer)
        }
        Command::Audit(what) => audit(configuration, &quiet, what),
        Command::IpRules(of) => ip_rules(configuration, &quiet, of),
        Command::Keys(Keys::BackupPath) => commands::keys::backup_path(&configuration),
        Command::Keys(Keys::Status) => at_work(configuration, &quiet, commands::keys::status),
        Command::Keys(Keys::Rotate(Rotate::Master)) => {
            at_work(configuration, &quiet, commands::keys::rotate_master)
        }
        Command::Keys(Keys::Rotate(Rotate::Audit)) => {
            at_work(configuration, &quiet, commands::keys::rotate_audit)
        }
        Command::Keys(Keys::Rotate(Rotate::Signing(how))) => {
            let rotate = async move |configuration| {
                commands::keys::rotate_signing(configuration, how.emergency).await
            };
            at_work(configuration, &quiet, rotate)
        }
    }
}

fn audit(configuration: Configuration, usual: &LogFilter, what: Audit) -> Result<(), Failure> {
    at_work(
        configuration,
        usual,
        async move |configuration| match what {
            Audit::Verify(of) => commands::audit::verify(configuration, &of.file).await,
            Audit::Check(of) => commands::audit::check(configuration, of.org).await,
            Audit::Export(of) => commands::audit::export(configuration, Chain::of(of.org)).await,
        },
    )
}

fn ip_rules(configuration: Configuration, usual: &LogFilter, what: IpRules) -> Result<(), Failure> {
    at_work(
        configuration,
        usual,
        async move |configuration| match what {
            IpRules::List(of) => commands::ip_rules::list(configuration, of.org).await,
            IpRules::Clear(of) => commands::ip_rules::clear(configuration, of.org).await,
        },
    )
}

/// Does what needs a runtime, with log lines and traces, and flushes these at the end.
fn at_work(
    configuration: Configuration,
    usual: &LogFilter,
    work: impl AsyncFnOnce(Configuration) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let telemetry = Telemetry::start(&configuration.watching, usual)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(configuration.workers)
        .enable_all()
        .build()
        .map_err(|error| Failure::System("start a runtime", error))?;
    let done = runtime.block_on(work(configuration));
    runtime.shutdown_timeout(LAST_WORK);
    telemetry.stop();
    done
}
