//! Why a subcommand did not do what it was asked, in one line.

use std::error::Error;
use std::fmt::{self, Write as _};

use oneclaw_services::{CryptoError, StartError};
use oneclaw_storage_diesel::OpenError;

use crate::data_dir::DataDirError;
use crate::listener::ListenError;
use crate::telemetry::TelemetryError;

/// Any failure of a subcommand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Keys(#[from] CryptoError),
    #[error(transparent)]
    Storage(#[from] oneclaw_storage::StorageError),
    #[error("mail.tls does not do: {0}")]
    Mail(#[from] oneclaw_adapters::UnusableSmtp),
    #[error("the issuers do not do: {0}")]
    Issuers(#[from] oneclaw_adapters::UnusableIssuer),
    #[error("stripe does not do: {0}")]
    Stripe(#[from] oneclaw_adapters::UnusableStripe),
    #[error("{0}")]
    Refused(String),
    #[error("could not {0}: {1}")]
    System(&'static str, #[source] std::io::Error),
}

impl Failure {
    /// The failure and its causes, each once, on one line.
    pub(crate) fn in_one_line(&self) -> OneLine<'_> {
        OneLine(self)
    }
}

/// A chain of errors on one line.
pub(crate) struct OneLine<'a>(&'a dyn Error);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let words = error.to_string();
            // Some errors quote their cause already.
            if !text.contains(&words) {
                write!(text, ": {words}")?;
            }
            cause = error.source();
        }
        for (number, line) in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .enumerate()
        {
            if number > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(line)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_follow_on_the_same_line() {
        let cause = std::io::Error::other("disk\n  is full\n");
        let failure = Failure::System("write", cause);
        assert_eq!(
            failure.in_one_line().to_string(),
            "could not write: disk is full"
        );
    }
}
