//! `with-postgres [--durable] -- COMMAND [ARGUMENT...]` runs a command with a throwaway Postgres, whose
//! URL it finds in `ONECLAW_TEST_DATABASE_URL`, and exits with the command's status. A durable one
//! writes through to the disk, for measurements.

use std::process::ExitCode;

use oneclaw_testkit::postgres::{Cluster, URL_VARIABLE};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

/// The status of a shell for a command that a signal ended is 128 and the signal's number.
const SIGNALLED: i32 = 128;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("with-postgres: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut words = std::env::args_os().skip(1).peekable();
    let durable = words.next_if(|word| word == "--durable").is_some();
    if words.next().is_none_or(|word| word != "--") {
        return Err("usage: with-postgres [--durable] -- COMMAND [ARGUMENT...]".into());
    }
    let program = words.next().ok_or("no command after --")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Signals are taken before there is anything to clean up, and kept until the command is there.
    let mut signals = runtime.block_on(async { Signals::take() })?;
    let cluster = if durable {
        Cluster::start_durable()
    } else {
        Cluster::obtain()
    }?;
    let mut command = Command::new(&program);
    command
        .args(words)
        .env(URL_VARIABLE, cluster.maintenance_url());
    let status = runtime.block_on(async {
        let child = command
            .spawn()
            .map_err(|error| format!("could not start {}: {error}", program.display()))?;
        signals
            .pass_on_until_exit(child)
            .await
            .map_err(|error| error.to_string())
    })?;
    drop(cluster);
    Ok(ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX)))
}

struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn take() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the command and hands it the signals that were meant for both of us, so that the
    /// cluster outlives it.
    async fn pass_on_until_exit(&mut self, mut child: Child) -> std::io::Result<i32> {
        let pid = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        loop {
            let signal = tokio::select! {
                status = child.wait() => return status.map(exit_status),
                _ = self.interrupt.recv() => Signal::INT,
                _ = self.terminate.recv() => Signal::TERM,
            };
            if let Some(pid) = pid {
                // It may have gone in this moment; then the wait above says so.
                let _sent = kill_process(pid, signal);
            }
        }
    }
}

fn exit_status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .or_else(|| status.signal().map(|signal| SIGNALLED + signal))
        .unwrap_or(1)
}
