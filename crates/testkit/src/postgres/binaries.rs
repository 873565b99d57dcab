//! Where the server's programs are, and how they get there when they are not.

use std::{
    env, fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use super::PostgresError;

/// Debian keeps each major version's programs here.
const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";

/// Debian's packages read this folder before they make a system cluster of their own.
const CREATECLUSTER: &str = "/etc/postgresql-common/createcluster.d";

/// The folder with one version's `initdb` and `postgres`, and who may run them.
#[derive(Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    account: Option<Account>,
}

/// The user that the server runs as when we are root, because its programs refuse root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Binaries {
    /// Finds the programs, or installs them as root on Debian and its kin.
    pub(super) fn obtain() -> Result<Self, PostgresError> {
        if find().is_none() {
            install()?;
        }
        let folder = find().ok_or_else(|| PostgresError::NoServer {
            reason: "the package `postgresql` was installed without them".into(),
        })?;
        let account = if is_root() {
            Some(Account::unprivileged()?)
        } else {
            None
        };
        Ok(Self { folder, account })
    }

    /// The full path of one of the server's programs.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// A command that runs as the account that the server runs as.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Whose the data directory must be, if not ours.
    pub(super) fn account(&self) -> Option<Account> {
        self.account
    }
}

impl Account {
    /// `postgres` as the Debian package makes it, else `nobody`.
    fn unprivileged() -> Result<Self, PostgresError> {
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Self {
                    uid: id("-u", name)?,
                    gid: id("-g", name)?,
                })
            })
            .ok_or_else(|| PostgresError::NoServer {
                reason: "its programs refuse to run as root, and there is no user `postgres` or `nobody`".into(),
            })
    }
}

fn id(which: &str, user: &str) -> Option<u32> {
    let output = Command::new("id").args([which, user]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().parse().ok()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// PATH first, since who sets it means it; then what `pg_config` says; then Debian's newest.
fn find() -> Option<PathBuf> {
    search_path()
        .into_iter()
        .chain(pg_config())
        .chain(debian_versions())
        .find_map(|folder| complete(&folder))
}

/// The folder behind `folder/postgres` if it has both programs. Links are followed, since the server
/// looks for its other files beside the real program.
fn complete(folder: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder.join("postgres"))
        .ok()?
        .parent()?
        .to_owned();
    folder.join("initdb").exists().then_some(folder)
}

fn search_path() -> Vec<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "finding programs in PATH is what this adapter is for"
    )]
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).collect()
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(folder.trim()))
}

fn debian_versions() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN_VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// Installs the Debian package, without the system cluster that it would otherwise make and start.
fn install() -> Result<(), PostgresError> {
    if !is_root() {
        return Err(PostgresError::NoServer {
            reason: "not root".into(),
        });
    }
    fs::create_dir_all(CREATECLUSTER)
        .map_err(PostgresError::io("prepare the installation of postgresql"))?;
    fs::write(
        Path::new(CREATECLUSTER).join("no-main-cluster.conf"),
        "create_main_cluster = false\n",
    )
    .map_err(PostgresError::io("prepare the installation of postgresql"))?;
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "postgresql"])
}

fn apt_get(arguments: &[&str]) -> Result<(), PostgresError> {
    let mut command = Command::new("apt-get");
    command
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(command)
        .map(drop)
        .map_err(|error| PostgresError::NoServer {
            reason: error.to_string(),
        })
}

/// Runs a program to its end, without input; its output is the error if it fails.
pub(super) fn run(mut command: Command) -> Result<Output, PostgresError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(PostgresError::Program {
                program,
                output: "there is no such program here".into(),
            });
        }
        Err(source) => {
            return Err(PostgresError::Io {
                doing: "start a program",
                source,
            });
        }
    };
    if output.status.success() {
        return Ok(output);
    }
    let text = [output.stdout, output.stderr].concat();
    Err(PostgresError::Program {
        program,
        output: tail(&String::from_utf8_lossy(&text)),
    })
}

/// The last lines of a program's output: the reason is at the end.
pub(super) fn tail(text: &str) -> String {
    const LINES: usize = 12;
    let lines: Vec<&str> = text.trim().lines().collect();
    let kept = lines.len().saturating_sub(LINES);
    lines.into_iter().skip(kept).collect::<Vec<_>>().join("\n")
}
