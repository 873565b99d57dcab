//! The harness that other tests trust: a cluster starts, is cloned from, and goes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use oneclaw_testkit::postgres::{self, Cluster, PostgresError, URL_VARIABLE};
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn create_notes(url: &str) -> Result<(), tokio_postgres::Error> {
    let client = connect(url).await?;
    client
        .batch_execute(
            "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('from the template')",
        )
        .await
}

async fn count_notes(url: &str) -> i64 {
    let client = connect(url).await.unwrap();
    client
        .query_one("SELECT count(*) FROM notes", &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_clone_has_what_its_template_has_and_nothing_of_its_siblings() {
    let cluster = postgres::shared();
    let template = cluster
        .template("siblings", async |url: String| create_notes(&url).await)
        .await
        .unwrap();
    let (one, other) = (
        cluster.create_database(Some(&template)).unwrap(),
        cluster.create_database(Some(&template)).unwrap(),
    );
    let client = connect(one.url()).await.unwrap();
    client
        .execute("INSERT INTO notes VALUES ('mine')", &[])
        .await
        .unwrap();
    assert_eq!(
        (count_notes(one.url()).await, count_notes(other.url()).await),
        (2, 1)
    );
}

#[tokio::test]
async fn a_database_goes_with_its_value_even_while_it_is_used() {
    let cluster = postgres::shared();
    let database = cluster.create_database(None).unwrap();
    let url = database.url().to_owned();
    let client = connect(&url).await.unwrap();
    drop(database);
    assert!(client.batch_execute("SELECT 1").await.is_err());
    assert!(connect(&url).await.is_err());
}

#[tokio::test]
async fn a_template_is_built_once_however_many_ask() {
    static BUILT: AtomicU32 = AtomicU32::new(0);
    let name = format!("once_{}", std::process::id());
    let build = async || {
        postgres::shared()
            .template(&name, async |url: String| {
                BUILT.fetch_add(1, Ordering::SeqCst);
                create_notes(&url).await
            })
            .await
    };
    let (a, b, c) = tokio::join!(build(), build(), build());
    assert_eq!(a.unwrap(), b.unwrap());
    assert!(c.is_ok());
    assert_eq!(BUILT.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_template_that_failed_is_built_anew() {
    let cluster = postgres::shared();
    let name = format!("fails_{}", std::process::id());
    let failed = cluster
        .template(&name, async |url: String| {
            create_notes(&url).await.unwrap();
            Err::<(), _>("a broken migration")
        })
        .await;
    let message = failed.unwrap_err().to_string();
    assert!(message.ends_with("a broken migration"), "{message}");
    let template = cluster
        .template(&name, async |url: String| create_notes(&url).await)
        .await
        .unwrap();
    assert_eq!(
        count_notes(cluster.create_database(Some(&template)).unwrap().url()).await,
        1
    );
}

#[tokio::test]
async fn template_names_cannot_break_out_of_the_statement() {
    for name in ["", "A", "a\"; DROP DATABASE postgres; --", &"a".repeat(41)] {
        let refused = postgres::shared()
            .template(name, async |_| Ok::<(), std::io::Error>(()))
            .await;
        assert!(
            matches!(refused, Err(PostgresError::TemplateName(_))),
            "{name:?}: {refused:?}"
        );
    }
}

/// The directories of throwaway clusters below one temporary folder.
fn clusters_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// `with-postgres` with a temporary folder of its own, which its server's user may write to.
fn with_postgres(folder: &Path) -> Command {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o1777)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-postgres"));
    command
        .env("TMPDIR", folder)
        .env_remove(URL_VARIABLE)
        .arg("--");
    command
}

#[test]
fn with_postgres_gives_a_url_and_the_commands_status_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = with_postgres(folder.path())
        .args(["sh", "-c", &format!("echo ${URL_VARIABLE}; exit 7")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert!(
        output.stdout.starts_with(b"postgres://postgres@127.0.0.1:"),
        "{output:?}"
    );
    assert_eq!(clusters_in(folder.path()), Vec::<PathBuf>::new());
}

/// A command that runs until its standard input ends, and a reader that returns once it has started.
fn start_and_wait(mut command: Command) -> std::process::Child {
    use std::io::{BufRead, BufReader};
    let mut child = command
        .args(["sh", "-c", "echo started; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "started\n");
    child
}

fn send(signal: rustix::process::Signal, child: &std::process::Child) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn with_postgres_cleans_up_when_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start_and_wait(with_postgres(folder.path()));
    assert_eq!(clusters_in(folder.path()).len(), 1);
    // waiting would close it, and the command could end by itself before the signal comes
    let _stdin = child.stdin.take();
    send(rustix::process::Signal::TERM, &child);
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert_eq!(clusters_in(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn no_server_outlives_a_killed_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start_and_wait(with_postgres(folder.path()));
    let data = clusters_in(folder.path())
        .pop()
        .unwrap()
        .join("data/postmaster.pid");
    let first_line = std::fs::read_to_string(&data).unwrap();
    let server = PathBuf::from(format!("/proc/{}", first_line.lines().next().unwrap()));
    assert!(server.exists() || !Path::new("/proc/self").exists());
    send(rustix::process::Signal::KILL, &child);
    child.wait().unwrap();
    for _ in 0..500 {
        if clusters_in(folder.path()).is_empty() {
            assert!(
                !server.exists(),
                "the directory is gone and the server is not"
            );
            return;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the supervisor is nobody's child now: it can only be polled"
        )]
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("ten seconds after the kill its cluster is still there");
}

#[test]
fn a_cluster_of_our_own_starts_beside_the_shared_one() {
    let own = Cluster::start().unwrap();
    assert_ne!(own.maintenance_url(), postgres::shared().maintenance_url());
    drop(own.create_database(None).unwrap());
}

#[test]
fn a_named_server_that_does_not_answer_is_an_error_and_no_reason_to_start_another() {
    let folder = tempfile::tempdir().unwrap();
    let output = with_postgres(folder.path())
        .env(URL_VARIABLE, "postgres://nobody@127.0.0.1:1/none")
        .arg("true")
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(URL_VARIABLE), "{error}");
}

#[test]
fn without_binaries_and_without_root_it_says_what_to_do() {
    let error = PostgresError::NoServer {
        reason: "not root".into(),
    };
    let text = error.to_string();
    for hint in ["initdb", "not root", "package `postgresql`", URL_VARIABLE] {
        assert!(text.contains(hint), "{text}");
    }
}
