//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from. Flags come before the environment, and that before the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(String),
    Environment(String),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "from --{flag}"),
            Self::Environment(variable) => write!(formatter, "from {variable}"),
            Self::File(file) => write!(formatter, "in {}", file.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}
