//! Where a store is.

use std::fmt;
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use zeroize::Zeroizing;

/// A URL that may hold a password.
#[derive(Clone)]
pub struct SecretUrl(Zeroizing<String>);

impl SecretUrl {
    /// The whole URL, password included.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(redacted)")
    }
}

/// Where a store is.
#[derive(Clone, Debug)]
pub enum StoreUrl {
    /// A file on this machine: `sqlite:///path/to/file.db`.
    Sqlite(PathBuf),
    /// A server: `postgres://user:password@host:port/database`.
    Postgres(SecretUrl),
}

/// Why a URL is refused. Does not repeat it: it may hold a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidStoreUrl {
    /// Neither kind.
    #[error("the store URL must begin with sqlite:///, postgres:// or postgresql://")]
    Scheme,
    /// SQLite without an absolute path.
    #[error(
        "the SQLite URL must name an absolute path, as in sqlite:///var/lib/oneclaw/oneclaw.db"
    )]
    Path,
    /// Not in the form that Postgres clients take.
    #[error("the Postgres URL is malformed, or has an option that is not known")]
    Postgres,
    /// Asks for TLS, which this program does not speak to Postgres.
    #[error(
        "TLS to Postgres is not supported: sslmode=require and stricter are refused rather than ignored; use a local socket or a TLS proxy"
    )]
    Tls,
}

impl StoreUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`InvalidStoreUrl`], with nothing of the URL in it.
    pub fn parse(text: &str) -> Result<Self, InvalidStoreUrl> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            let absolute = path.starts_with('/') && !path.ends_with('/') && !path.contains('\0');
            return if absolute {
                Ok(Self::Sqlite(path.into()))
            } else {
                Err(InvalidStoreUrl::Path)
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(InvalidStoreUrl::Scheme);
        }
        if asks_for_verified_tls(text) {
            return Err(InvalidStoreUrl::Tls);
        }
        let config: Config = text.parse().map_err(|_| InvalidStoreUrl::Postgres)?;
        match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => {
                Ok(Self::Postgres(SecretUrl(Zeroizing::new(text.to_owned()))))
            }
            _ => Err(InvalidStoreUrl::Tls),
        }
    }
}

/// `verify-ca` and `verify-full` are libpq's; the client here does not know the words.
fn asks_for_verified_tls(url: &str) -> bool {
    let (_, parameters) = url.split_once('?').unwrap_or_default();
    parameters
        .split('&')
        .any(|pair| pair.starts_with("sslmode=verify") || pair.starts_with("sslrootcert="))
}

impl fmt::Display for StoreUrl {
    /// Without user, password and parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let Ok(config) = url.expose().parse::<Config>() else {
                    return f.write_str("postgres://");
                };
                let ports = config.get_ports();
                let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
                let hosts: Vec<String> = config
                    .get_hosts()
                    .iter()
                    .enumerate()
                    .map(|(at, host)| spell(host, port(at)))
                    .collect();
                write!(
                    f,
                    "postgres://{}/{}",
                    hosts.join(","),
                    config.get_dbname().unwrap_or_default()
                )
            }
        }
    }
}

fn spell(host: &Host, port: u16) -> String {
    match host {
        Host::Tcp(name) => format!("{name}:{port}"),
        Host::Unix(directory) => directory.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_shown_without_credentials() {
        for (url, shown) in [
            ("sqlite:///var/lib/x.db", "sqlite:///var/lib/x.db"),
            (
                "postgres://me:hunter2@db.test:5433/app?application_name=x",
                "postgres://db.test:5433/app",
            ),
            (
                "postgresql://me:hunter2@a,b/app",
                "postgres://a:5432,b:5432/app",
            ),
        ] {
            let parsed = StoreUrl::parse(url).unwrap();
            assert_eq!(parsed.to_string(), shown);
            assert!(!format!("{parsed:?}").contains("hunter2"));
        }
    }

    #[test]
    fn tls_is_refused_rather_than_ignored() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://me:hunter2@db/app?connect_timeout=3&sslmode={mode}");
            assert_eq!(StoreUrl::parse(&url).unwrap_err(), InvalidStoreUrl::Tls);
        }
        assert!(StoreUrl::parse("postgres://db/app?sslmode=disable").is_ok());
    }

    #[test]
    fn other_urls_are_refused() {
        for (url, error) in [
            ("mysql://db/app", InvalidStoreUrl::Scheme),
            ("", InvalidStoreUrl::Scheme),
            ("sqlite://relative.db", InvalidStoreUrl::Path),
            ("sqlite://", InvalidStoreUrl::Path),
            (
                "postgres://db/app?no_such_option=1",
                InvalidStoreUrl::Postgres,
            ),
        ] {
            assert_eq!(StoreUrl::parse(url).unwrap_err(), error, "{url}");
        }
    }
}
