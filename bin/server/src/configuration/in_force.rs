//! The configuration as values, once every setting has been understood.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use oneclaw_adapters::{OidcIssuer, StripeSettings};
use oneclaw_domain::Plans;
use oneclaw_services::{EnvKeyProvider, SecretText, SignupMode};
use oneclaw_storage_diesel::{StoreOptions, StoreUrl};

use super::error::ConfigurationError;
use super::given::Given;
use super::issuers;
use super::keeping::Keeping;
use super::limits::Limits;
use super::log_filter::LogFilter;
use super::mail::Mail;
use super::parse::{self, base_url, list, number, on_off, or_off};
use super::plans;
use super::settings as s;
use super::stripe;
use super::values::{InForce, Values};
use super::{environment, file};

/// What is in force.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) data_dir: PathBuf,
    /// Threads that serve requests.
    pub(crate) workers: usize,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) network: Network,
    pub(crate) database: Database,
    pub(crate) master_key: MasterKeySource,
    pub(crate) accounts: Accounts,
    pub(crate) limits: Limits,
    pub(crate) keeping: Keeping,
    /// What plans allow, and what things cost.
    pub(crate) plans: Plans,
    pub(crate) mail: Mail,
    /// Whose word is taken for who somebody is.
    pub(crate) issuers: Vec<OidcIssuer>,
    /// By whom money is taken; `None` = nothing is sold.
    pub(crate) stripe: Option<StripeSettings>,
    pub(crate) watching: Watching,
}

/// Where the server is reached, and by whom.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) listen: SocketAddr,
    /// `None`: made from the address that was bound.
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// `None`: the origin of the public URL.
    pub(crate) cors_allowed_origins: Option<Vec<String>>,
    pub(crate) api_alias: bool,
}

/// Which store, and how much of it at once.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: StoreUrl,
    pub(crate) options: StoreOptions,
}

/// Where the master key is.
#[derive(Debug)]
pub(crate) enum MasterKeySource {
    File(PathBuf),
    Environment(EnvKeyProvider),
}

/// Signing up and staying signed in. Times in seconds.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) signup_mode: SignupMode,
    /// `None` = where mail reaches people.
    pub(crate) require_email_verification: Option<bool>,
    pub(crate) user_token_ttl: i64,
    pub(crate) key_token_ttl: i64,
    pub(crate) agent_token_ttl: i64,
    pub(crate) refresh_ttl: i64,
    pub(crate) session_ttl: i64,
    pub(crate) device_token_ttl: i64,
    pub(crate) password_workers: usize,
    pub(crate) password_queue: usize,
    pub(crate) passphrase_workers: usize,
    pub(crate) passphrase_queue: usize,
}

/// How the server tells what it does.
#[derive(Debug)]
pub(crate) struct Watching {
    pub(crate) log_format: LogFormat,
    /// `None`: what fits the command.
    pub(crate) log_level: Option<LogFilter>,
    pub(crate) otlp_endpoint: Option<String>,
    pub(crate) metrics_listen: Option<SocketAddr>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Human on a terminal, else JSON.
    Auto,
    Human,
    Json,
}

impl Configuration {
    /// Reads what flags and variables (in `given`) and the file say, and what each setting turned out to be.
    ///
    /// # Errors
    /// The first thing that does not do, in one line.
    pub(crate) fn load(mut given: Given) -> Result<(Self, Vec<InForce>), ConfigurationError> {
        environment::add_secrets(&mut given);
        let data_dir = given
            .get(&s::DATA_DIR)
            .map_or("./data", |raw| raw.text.as_str());
        let beside_data = Path::new(data_dir).join("oneclaw.toml");
        let named = given
            .get(&s::CONFIG)
            .map(|raw| PathBuf::from(raw.text.as_str()));
        let default = if beside_data.exists() {
            beside_data.display().to_string()
        } else {
            "none".to_owned()
        };
        match named {
            Some(path) => file::add(&mut given, &path)?,
            None if beside_data.exists() => file::add(&mut given, &beside_data)?,
            None => {}
        }
        let mut values = Values::new(given);
        values.read(&s::CONFIG, &default, parse::path)?;
        let configuration = Self::read(&mut values)?;
        Ok((configuration, values.into_report()))
    }

    fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let data_dir = values.read(&s::DATA_DIR, "./data", parse::directory)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cores = cores.min(256).to_string();
        let network = Network::read(values)?;
        let public_url = network.public_url(network.listen);
        Ok(Self {
            workers: values.read(&s::WORKERS, &cores, number("threads", 1..=256))?,
            shutdown_timeout: Duration::from_secs(values.read(
                &s::SHUTDOWN_TIMEOUT,
                "30",
                number("seconds", 0..=3600),
            )?),
            network,
            database: Database::read(values, &data_dir)?,
            master_key: MasterKeySource::read(values, &data_dir)?,
            accounts: Accounts::read(values, &cores)?,
            limits: Limits::read(values)?,
            keeping: Keeping::read(values)?,
            plans: plans::read(values)?,
            mail: Mail::read(values, &data_dir)?,
            issuers: issuers::read(values)?,
            stripe: stripe::read(values, &public_url)?,
            watching: Watching::read(values)?,
            data_dir,
        })
    }
}

impl Network {
    fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let listen = values.read(&s::LISTEN, "127.0.0.1:8080", parse::address)?;
        let has_public_url = values.is_given(&s::PUBLIC_URL);
        let public_url = values.read(&s::PUBLIC_URL, &url_of(listen), base_url)?;
        let has_origins = values.is_given(&s::CORS_ALLOWED_ORIGINS);
        let origins = values.read(
            &s::CORS_ALLOWED_ORIGINS,
            &parse::origin_of(&public_url),
            |text| list(text, parse::origin),
        )?;
        Ok(Self {
            listen,
            public_url: has_public_url.then_some(public_url),
            trusted_proxies: values.read(&s::TRUSTED_PROXIES, "none", |text| {
                list(text, parse::network)
            })?,
            cors_allowed_origins: has_origins.then_some(origins),
            api_alias: values.read(&s::API_ALIAS, "on", on_off)?,
        })
    }

    /// The public URL, now that `bound` is known: port 0 stands for one that the system chooses.
    pub(crate) fn public_url(&self, bound: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| url_of(bound))
    }
}

/// The URL under which an address is reached from this machine.
pub(crate) fn url_of(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    format!("http://{address}")
}

impl Database {
    fn read(values: &mut Values, data_dir: &Path) -> Result<Self, ConfigurationError> {
        let default = format!("sqlite://{}", data_dir.join("oneclaw.db").display());
        let url = values.read(&s::DATABASE_URL, &default, |text| {
            StoreUrl::parse(text).map_err(|error| format!("does not do: {error}"))
        })?;
        let is_sqlite = matches!(url, StoreUrl::Sqlite(_));
        let mut options = StoreOptions::default();
        let size = if is_sqlite {
            &mut options.sqlite_readers
        } else {
            &mut options.postgres_connections
        };
        let default = size.to_string();
        *size = values.read(
            &s::DATABASE_POOL_SIZE,
            &default,
            number("connections", 1..=1000),
        )?;
        Ok(Self { url, options })
    }
}

impl MasterKeySource {
    fn read(values: &mut Values, data_dir: &Path) -> Result<Self, ConfigurationError> {
        let secret = |text: &str| Ok(SecretText::new(text.to_owned()));
        let current = values.read_optional(&s::MASTER_KEY, secret)?;
        let previous = values.read_optional(&s::MASTER_KEY_PREVIOUS, |text| list(text, secret))?;
        let Some(current) = current else {
            if previous.is_some() {
                return Err(values.refuse(
                    &s::MASTER_KEY_PREVIOUS,
                    "is of use only beside ONECLAW_MASTER_KEY",
                ));
            }
            let default = data_dir.join("master.key").display().to_string();
            return values
                .read(&s::MASTER_KEY_FILE, &default, parse::path)
                .map(Self::File);
        };
        if values.is_given(&s::MASTER_KEY_FILE) {
            return Err(values.refuse(
                &s::MASTER_KEY_FILE,
                "cannot be used beside ONECLAW_MASTER_KEY: set one of them",
            ));
        }
        values.read(&s::MASTER_KEY_FILE, "not used", |_| Ok(()))?;
        EnvKeyProvider::from_values(current, previous.unwrap_or_default())
            .map(Self::Environment)
            .map_err(|error| values.refuse(&s::MASTER_KEY, &format!("does not do: {error}")))
    }
}

impl Accounts {
    fn read(values: &mut Values, cores: &str) -> Result<Self, ConfigurationError> {
        let ttl = || number("seconds", 60..=86_400);
        let long = || number("seconds", 300..=31_536_000);
        let workers = || number("hashes", 1..=256);
        let queue = || number("hashes", 0..=100_000);
        Ok(Self {
            signup_mode: values.read(&s::SIGNUP_MODE, "open", |text| match text {
                "open" => Ok(SignupMode::Open),
                "invite" => Ok(SignupMode::Invite),
                "closed" => Ok(SignupMode::Closed),
                _ => Err("is not open, invite or closed".to_owned()),
            })?,
            require_email_verification: values.read_optional(&s::SIGNUP_VERIFICATION, on_off)?,
            user_token_ttl: values.read(&s::TOKENS_USER_TTL, "900", ttl())?,
            key_token_ttl: values.read(&s::TOKENS_KEY_TTL, "3600", ttl())?,
            agent_token_ttl: values.read(&s::TOKENS_AGENT_TTL, "3600", ttl())?,
            refresh_ttl: values.read(&s::TOKENS_REFRESH_TTL, "2592000", long())?,
            session_ttl: values.read(&s::TOKENS_SESSION_TTL, "7776000", long())?,
            device_token_ttl: values.read(&s::TOKENS_DEVICE_TTL, "86400", ttl())?,
            password_workers: values.read(&s::PASSWORDS_WORKERS, cores, workers())?,
            password_queue: values.read(&s::PASSWORDS_QUEUE, "64", queue())?,
            passphrase_workers: values.read(&s::PASSPHRASES_WORKERS, "1", workers())?,
            passphrase_queue: values.read(&s::PASSPHRASES_QUEUE, "16", queue())?,
        })
    }
}

impl Watching {
    fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            log_format: values.read(&s::LOG_FORMAT, "auto", |text| match text {
                "auto" => Ok(LogFormat::Auto),
                "human" => Ok(LogFormat::Human),
                "json" => Ok(LogFormat::Json),
                _ => Err("is not human, json or auto".to_owned()),
            })?,
            log_level: values.read_optional(&s::LOG_LEVEL, LogFilter::parse)?,
            otlp_endpoint: values.read(&s::OTLP_ENDPOINT, "off", |text| {
                or_off(text, parse::collector)
            })?,
            metrics_listen: values.read(&s::METRICS_LISTEN, "off", |text| {
                or_off(text, parse::address)
            })?,
        })
    }
}
