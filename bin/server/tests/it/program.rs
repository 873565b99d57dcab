//! The binary in a directory of its own, with an environment of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A fresh directory in which the binary runs.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The binary with these arguments, here, and nothing in its environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oneclaw"));
        command
            .args(arguments)
            .current_dir(self.directory())
            .env_clear();
        command
    }

    fn directory(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).envs(variables.iter().copied()))
    }
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        Self {
            status: status.code(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        }
    }

    /// It worked, and said nothing on standard error.
    pub(crate) fn worked(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""));
        self.out
    }

    /// It was refused with this status and one line, which is returned.
    pub(crate) fn refused(self, status: i32) -> String {
        assert_eq!(
            (self.status, self.out.as_str()),
            (Some(status), ""),
            "{}",
            self.err
        );
        let line = self.err.strip_suffix('\n').unwrap().to_owned();
        assert!(
            line.starts_with("oneclaw: ") && !line.contains('\n'),
            "{line}"
        );
        line
    }
}
