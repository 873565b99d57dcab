//! From the configuration to what each part takes.

use std::net::SocketAddr;
use std::time::Duration;

use oneclaw_http::{HttpSettings, RateLimit};
use oneclaw_services::{AttemptLimit, Settings};

use crate::configuration::Configuration;

/// A limit that nobody reaches.
const UNLIMITED: i64 = i64::MAX;

/// What each part takes.
pub(crate) struct Plan {
    pub(crate) services: Settings,
    pub(crate) http: HttpSettings,
    /// Threads that serve requests.
    pub(crate) workers: usize,
    /// How long a stop waits for the requests in flight.
    pub(crate) grace: Duration,
}

impl Plan {
    /// The plan for a server that has taken the address `bound`.
    pub(crate) fn of(configuration: &Configuration, bound: SocketAddr) -> Self {
        let public_url = configuration.network.public_url(bound);
        Self {
            services: services(configuration, public_url.clone()),
            http: http(configuration, public_url),
            workers: configuration.workers,
            grace: configuration.shutdown_timeout,
        }
    }
}

fn services(configuration: &Configuration, public_url: String) -> Settings {
    let Configuration {
        accounts, limits, ..
    } = configuration;
    let by_address = |tries: i64, seconds: i64| AttemptLimit {
        tries: if limits.rate { tries } else { UNLIMITED },
        seconds,
    };
    Settings {
        public_url,
        signup_mode: accounts.signup_mode,
        user_token_ttl: accounts.user_token_ttl,
        key_token_ttl: accounts.key_token_ttl,
        agent_token_ttl: accounts.agent_token_ttl,
        refresh_ttl: accounts.refresh_ttl,
        session_ttl: accounts.session_ttl,
        password_workers: accounts.password_workers,
        password_queue: accounts.password_queue,
        max_value_bytes: limits.max_value_bytes,
        failed_passwords: AttemptLimit {
            tries: limits.failed_passwords,
            seconds: 900,
        },
        logins_per_address: by_address(limits.logins_per_minute, 60),
        signups: by_address(limits.signups_per_hour, 3600),
        invalid_keys: by_address(limits.invalid_keys_per_minute, 60),
        invites: by_address(limits.invites_per_hour, 3600),
        invites_per_address: by_address(5, 3600),
        enrollments: by_address(5, 5),
        enrollments_per_address: by_address(1, 600),
        open_enrollments: limits.open_enrollments,
        ..Settings::default()
    }
}

fn http(configuration: &Configuration, public_url: String) -> HttpSettings {
    let Configuration {
        network, limits, ..
    } = configuration;
    let rate = RateLimit {
        per_second: limits.requests_per_second,
        burst: limits.requests_burst,
    };
    HttpSettings {
        public_url,
        trusted_proxies: network.trusted_proxies.clone(),
        cors_origins: network.cors_allowed_origins.clone(),
        body_limit: limits.max_body_bytes,
        rate_limit: limits.rate.then_some(rate),
        api_alias: network.api_alias,
        ..HttpSettings::default()
    }
}
