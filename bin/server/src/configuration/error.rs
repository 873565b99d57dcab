//! Why a configuration was refused, always in one line.

use std::path::PathBuf;

use super::origin::Origin;

/// Why the server does not start with this configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    /// A value that does not do. `value` is what was given, unless the setting may hold a secret.
    #[error("{setting} ({origin}){value} {reason}; for example: {example}")]
    Value {
        setting: &'static str,
        origin: Origin,
        value: Quoted,
        reason: String,
        example: &'static str,
    },
    /// A key in the file that names no setting.
    #[error("{key:?} (in {file}) is not a setting{hint}; `oneclaw --help` lists them", file = .file.display())]
    UnknownKey {
        key: String,
        file: PathBuf,
        hint: String,
    },
    /// A setting that must not stand in the file.
    #[error("{key} (in {file}) cannot be set in the file; set it as {instead}", file = .file.display())]
    Misplaced {
        key: &'static str,
        file: PathBuf,
        instead: String,
    },
    /// The file cannot be read, or is not TOML.
    #[error("config file {file} {reason}", file = .file.display())]
    File { file: PathBuf, reason: String },
}

/// A refused value, shortened and on one line, with a space before it; or nothing.
#[derive(Debug)]
pub(crate) struct Quoted(String);

/// More than this of a value helps nobody to recognize it.
const SHOWN_CHARS: usize = 80;

impl Quoted {
    pub(crate) fn of(value: &str) -> Self {
        let mut shown: String = value.chars().take(SHOWN_CHARS).collect();
        if shown.len() < value.len() {
            shown.push('\u{2026}');
        }
        Self(format!(" {shown:?}"))
    }

    pub(crate) fn hidden() -> Self {
        Self(String::new())
    }
}

impl std::fmt::Display for Quoted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}
