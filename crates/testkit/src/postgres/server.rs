//! One `postgres` process on a free loopback port, in a directory that goes when it goes.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom},
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    PostgresError,
    binaries::{Binaries, run, tail},
    session,
};

/// The superuser of the cluster; no password, since it listens on loopback alone and holds test data.
const SUPERUSER: &str = "postgres";

/// How long a server may take to answer: seconds are usual on a slow machine, never a minute.
const STARTUP: Duration = Duration::from_mins(1);

/// Ports are free when we look and may be taken when the server looks.
const ATTEMPTS: u32 = 3;

/// Durability is what a throwaway cluster for tests can do without.
const VOLATILE: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
];

/// Connections it needs for parallel tests.
const SETTINGS: &[&str] = &[
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=400",
    "listen_addresses=127.0.0.1",
    // The path of a socket is limited to about 100 bytes, and a temporary directory may be deep.
    "unix_socket_directories=",
];

/// Stops the server and removes its directory as soon as standard input ends, which it does when the
/// process that holds the other end is gone, however it went (kill -9 included).
const SUPERVISOR: &str = r#"
directory=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -QUIT "$server"; } &
exec 3<&-
wait "$server"
cd /
rm -rf -- "$directory"
"#;

/// A running server. Dropping it stops the server and waits until its directory is gone.
#[derive(Debug)]
pub(super) struct Server {
    supervisor: Child,
    port: u16,
}

impl Server {
    /// Makes a cluster and starts it. A durable one keeps what it acknowledged, as a server that is
    /// measured must.
    pub(super) fn start(binaries: &Binaries, durable: bool) -> Result<Self, PostgresError> {
        let mut attempt = 1;
        loop {
            match Self::try_start(binaries, durable) {
                Err(PostgresError::NotReady { log })
                    if attempt < ATTEMPTS && log.contains("could not bind") =>
                {
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    /// The URL of the maintenance database.
    pub(super) fn url(&self) -> String {
        url(self.port)
    }

    fn try_start(binaries: &Binaries, durable: bool) -> Result<Self, PostgresError> {
        let directory = make_cluster(binaries)?;
        let mut log = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(directory.path().join("log"))
            .map_err(PostgresError::io("open the server's log"))?;
        let port = free_port()?;
        let settings = if durable { &[] } else { VOLATILE };
        let supervisor = supervise(binaries, directory.path(), port, settings, &log)?;
        // From here on the supervisor removes it.
        let _path = directory.keep();
        let mut server = Self { supervisor, port };
        server.wait_until_ready(&mut log)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, log: &mut File) -> Result<(), PostgresError> {
        let deadline = Instant::now() + STARTUP;
        while session::execute(&url(self.port), "connect", "").is_err() {
            let gone = !matches!(self.supervisor.try_wait(), Ok(None));
            if gone || Instant::now() > deadline {
                return Err(PostgresError::NotReady { log: end_of(log) });
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "a server that starts can only be polled"
            )]
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // Nothing to do about a failure here, and the supervisor finishes by itself.
        let _status = self.supervisor.wait();
    }
}

fn make_cluster(binaries: &Binaries) -> Result<TempDir, PostgresError> {
    let directory = tempfile::Builder::new()
        .prefix("testkit-postgres-")
        .tempdir()
        .map_err(PostgresError::io("make a directory for the cluster"))?;
    if let Some(account) = binaries.account() {
        chown(directory.path(), Some(account.uid), Some(account.gid)).map_err(
            PostgresError::io("give the cluster's directory to its user"),
        )?;
    }
    let mut initdb = binaries.command(binaries.path("initdb"));
    initdb
        .current_dir(directory.path())
        .args([
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=trust",
            "--no-sync",
        ])
        .args(["--no-instructions", "--username", SUPERUSER, "--pgdata"])
        .arg(directory.path().join("data"));
    run(initdb)?;
    Ok(directory)
}

fn supervise(
    binaries: &Binaries,
    directory: &Path,
    port: u16,
    more: &[&str],
    log: &File,
) -> Result<Child, PostgresError> {
    let output = || {
        log.try_clone()
            .map(Stdio::from)
            .map_err(PostgresError::io("share the server's log"))
    };
    let mut command = binaries.command("/bin/sh");
    command
        .current_dir(directory)
        .args(["-c", SUPERVISOR, "supervisor"])
        .arg(directory)
        .arg(binaries.path("postgres"))
        .arg("-D")
        .arg(directory.join("data"))
        .args(["-p", &port.to_string()]);
    for setting in SETTINGS.iter().chain(more) {
        command.args(["-c", setting]);
    }
    command
        .stdin(Stdio::piped())
        .stdout(output()?)
        .stderr(output()?)
        // Its own group, so that a Ctrl-C for the tests does not reach the server before they are done.
        .process_group(0)
        .spawn()
        .map_err(PostgresError::io("start the server"))
}

fn free_port() -> Result<u16, PostgresError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(PostgresError::io("find a free port"))
}

fn url(port: u16) -> String {
    format!("postgres://{SUPERUSER}@127.0.0.1:{port}/postgres")
}

/// What the server said last; the handle stays readable after the supervisor has removed the file.
fn end_of(log: &mut File) -> String {
    let mut text = Vec::new();
    match log
        .seek(SeekFrom::Start(0))
        .and_then(|_| log.read_to_end(&mut text))
    {
        Ok(_) => tail(&String::from_utf8_lossy(&text)),
        Err(error) => format!("its log cannot be read: {error}"),
    }
}
