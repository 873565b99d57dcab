//! Which log lines are written.

use tracing_subscriber::EnvFilter;

/// A checked filter for log lines.
#[derive(Debug)]
pub(crate) struct LogFilter(String);

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

impl LogFilter {
    /// A level, or filters such as `target=level` separated by commas.
    ///
    /// A bare level is for our own crates: what the others write at `info` is of no use to operators, and at
    /// `debug` and `trace` may quote requests.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "is neither one of {} nor filters of the form target=level",
                LEVELS.join(", ")
            )
        };
        let known = |level: &str| LEVELS.contains(&level.to_ascii_lowercase().as_str());
        let parts: Vec<_> = text.split(',').map(str::trim).collect();
        // EnvFilter takes a misspelt level for the name of a target, and then logs next to nothing.
        let plausible = |part: &&str| match part.rsplit_once('=') {
            Some((target, level)) => !target.is_empty() && known(level),
            None => known(part),
        };
        if !parts.iter().all(plausible) {
            return Err(refused());
        }
        let directives: Vec<_> = parts.iter().map(|part| for_ours(part)).collect();
        let directives = directives.join(",");
        EnvFilter::try_new(&directives).map_err(|_| refused())?;
        Ok(Self(directives))
    }

    /// What the operator of a server wants to read.
    pub(crate) fn of_server() -> Self {
        Self(for_ours("info"))
    }

    /// What a person at a command line wants to read beside its output.
    pub(crate) fn of_command() -> Self {
        Self("warn".to_owned())
    }

    /// The filter itself.
    pub(crate) fn to_filter(&self) -> EnvFilter {
        // It was parsed before; `new` would write what it cannot parse to standard error.
        EnvFilter::new(&self.0)
    }
}

/// What actix-http has to say is that callers send what is no HTTP: anyone could fill the log with it.
fn for_ours(part: &str) -> String {
    match part.to_ascii_lowercase().as_str() {
        level @ ("info" | "debug" | "trace") => format!("warn,actix_http=off,oneclaw={level}"),
        _ => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::LogFilter;

    #[test]
    fn levels_and_filters_are_told_from_typing_errors() {
        for right in [
            "info",
            "WARN",
            "off",
            "oneclaw_http=debug",
            "warn,actix_http=off,oneclaw=trace",
            "a::b=info, error",
        ] {
            assert!(LogFilter::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "verbose",
            "inf",
            "info,",
            "=info",
            "oneclaw=loud",
            "oneclaw",
        ] {
            assert!(LogFilter::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bare_levels_are_for_our_own_crates() {
        assert_eq!(
            LogFilter::parse("trace").unwrap().0,
            "warn,actix_http=off,oneclaw=trace"
        );
        assert_eq!(LogFilter::parse("error").unwrap().0, "error");
    }
}
