//! From the configuration to what each part takes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use oneclaw_http::{HttpSettings, RateLimit, status_of};
use oneclaw_services::{AttemptLimit, Settings};

use crate::configuration::{Configuration, Limits};

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
        accounts,
        limits,
        keeping,
        ..
    } = configuration;
    let amounts = &limits.amounts;
    Settings {
        public_url,
        signup_mode: accounts.signup_mode,
        require_email_verification: accounts.require_email_verification,
        user_token_ttl: accounts.user_token_ttl,
        key_token_ttl: accounts.key_token_ttl,
        agent_token_ttl: accounts.agent_token_ttl,
        refresh_ttl: accounts.refresh_ttl,
        session_ttl: accounts.session_ttl,
        device_token_ttl: accounts.device_token_ttl,
        password_workers: accounts.password_workers,
        password_queue: accounts.password_queue,
        passphrase_workers: accounts.passphrase_workers,
        passphrase_queue: accounts.passphrase_queue,
        max_value_bytes: limits.max_value_bytes,
        waiting_devices: amounts.waiting_devices,
        open_enrollments: amounts.open_enrollments,
        addressed_enrollments: amounts.addressed_enrollments,
        exports_at_once: amounts.exports_at_once,
        audit_exports_at_once: amounts.audit_exports_at_once,
        audit_checks_at_once: amounts.audit_checks_at_once,
        audit_retention_days: keeping.audit_retention_days,
        dry_runs_at_once: amounts.dry_runs_at_once,
        dry_run_events: amounts.dry_run_events,
        dry_run_flips: amounts.dry_run_flips,
        housekeeping_batch: keeping.batch_rows,
        usage_retention: keeping.usage_retention,
        refusals_apart: keeping.refusals_apart,
        trust_clock: keeping.trust_clock,
        plans: Arc::new(configuration.plans.clone()),
        status_of,
        ..tries(limits)
    }
}

/// What is counted in windows of time; the rest as it is by default. Turning the limits off leaves
/// those that keep a guesser from one account or share, and a stranger from one mailbox.
fn tries(limits: &Limits) -> Settings {
    let fixed = |tries: i64, seconds: i64| AttemptLimit { tries, seconds };
    let by_address =
        |tries: i64, seconds: i64| fixed(if limits.rate { tries } else { UNLIMITED }, seconds);
    let tries = &limits.tries;
    Settings {
        failed_passwords: fixed(tries.failed_passwords, 900),
        failed_codes: fixed(tries.failed_codes, 900),
        failed_device_codes: fixed(tries.failed_device_codes, 900),
        failed_passphrases: fixed(tries.failed_passphrases, 900),
        failed_passphrases_in_all: fixed(10 * tries.failed_passphrases, 900),
        mails_per_address: fixed(tries.mails_per_hour, 3600),
        logins_per_address: by_address(tries.logins_per_minute, 60),
        proofs_per_address: by_address(tries.proofs_per_minute, 60),
        device_codes: by_address(tries.device_codes_per_10_minutes, 600),
        password_mails: by_address(tries.password_mails_per_hour, 3600),
        signups: by_address(tries.signups_per_hour, 3600),
        invalid_keys: by_address(tries.invalid_keys_per_minute, 60),
        invites: by_address(tries.invites_per_hour, 3600),
        invites_per_address: by_address(tries.invites_to_one_per_hour, 3600),
        enrollments: by_address(tries.enrollments_per_5_seconds, 5),
        enrollments_per_address: by_address(tries.enrollments_to_one_per_10_minutes, 600),
        shares: by_address(tries.shares_per_minute, 60),
        share_reads_per_address: by_address(tries.share_reads_per_minute, 60),
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
