//! What people are told when the server starts: where it is, what it made, what to keep safe, what to try.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use oneclaw_services::SecretText;

/// What there is to tell.
pub(crate) struct Startup {
    pub(crate) bound: SocketAddr,
    pub(crate) public_url: String,
    /// The store, without credentials.
    pub(crate) store: String,
    /// Where the master key is.
    pub(crate) keys: String,
    /// Where mail goes.
    pub(crate) mail: String,
    /// The master key file, if it was made just now.
    pub(crate) created_key: Option<PathBuf>,
    /// Migrations that were applied just now.
    pub(crate) applied: usize,
    pub(crate) metrics: Option<SocketAddr>,
    /// What the first account from beyond this machine must show, while there is none.
    pub(crate) setup_code: Option<SecretText>,
}

impl Startup {
    /// The text for standard output.
    pub(crate) fn text(&self) -> String {
        let here = crate::configuration::url_of(self.bound);
        let mut text = format!("oneclaw {} serves {here}\n", env!("CARGO_PKG_VERSION"));
        let mut line = |name: &str, what: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {name:<8} {what}");
        };
        if self.public_url != here {
            line("public", &self.public_url);
        }
        let applied = match self.applied {
            0 => String::new(),
            1 => " (1 migration applied)".to_owned(),
            many => format!(" ({many} migrations applied)"),
        };
        line("store", &format!("{}{applied}", self.store));
        line(
            "keys",
            &format!(
                "master key in {}; signing keys in the store, wrapped by it",
                self.keys
            ),
        );
        line("mail", &self.mail);
        if let Some(path) = &self.created_key {
            line(
                "back up",
                &format!(
                    "{} was created now: without it no secret can be read",
                    path.display()
                ),
            );
        }
        if let Some(metrics) = self.metrics {
            line("metrics", &format!("http://{metrics}/metrics"));
        }
        if let Some(code) = &self.setup_code {
            line(
                "set-up",
                &format!(
                    "the first account runs this installation; from beyond this machine it needs set-up code {}",
                    code.expose()
                ),
            );
        }
        line("try", &format!("curl {here}/v1/health"));
        text
    }

    /// What an operator should think about, in one line each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.bound.ip().is_loopback() {
            warnings.push(format!(
                "{} is reachable from other machines without TLS: put a proxy with TLS before it",
                self.bound
            ));
            if self.setup_code.is_some() {
                warnings.push(crate::unclaimed::WARNING.to_owned());
            }
        }
        if self
            .metrics
            .is_some_and(|address| !address.ip().is_loopback())
        {
            warnings.push("metrics are readable from other machines by anyone".to_owned());
        }
        for variable in crate::configuration::unknown_variables() {
            warnings.push(format!(
                "{variable} is set, but is no setting; `oneclaw --help` lists them"
            ));
        }
        warnings
    }
}
