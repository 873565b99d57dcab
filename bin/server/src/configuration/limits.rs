//! How much is too much.

use std::num::NonZeroU32;

use super::error::ConfigurationError;
use super::parse::{bytes, number, on_off};
use super::settings as s;
use super::values::Values;

/// How much is too much. Sizes in bytes.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) max_value_bytes: usize,
    pub(crate) max_body_bytes: usize,
    /// Whether anything is limited by address.
    pub(crate) rate: bool,
    pub(crate) requests_per_second: NonZeroU32,
    pub(crate) requests_burst: NonZeroU32,
    pub(crate) tries: Tries,
    pub(crate) amounts: Amounts,
}

/// What is counted in windows of time.
#[derive(Debug)]
pub(crate) struct Tries {
    pub(crate) logins_per_minute: i64,
    pub(crate) failed_passwords: i64,
    pub(crate) invalid_keys_per_minute: i64,
    pub(crate) signups_per_hour: i64,
    pub(crate) invites_per_hour: i64,
    pub(crate) invites_to_one_per_hour: i64,
    pub(crate) mails_per_hour: i64,
    pub(crate) proofs_per_minute: i64,
    pub(crate) failed_codes: i64,
    pub(crate) failed_device_codes: i64,
    pub(crate) device_codes_per_10_minutes: i64,
    pub(crate) password_mails_per_hour: i64,
    pub(crate) shares_per_minute: i64,
    pub(crate) share_reads_per_minute: i64,
    pub(crate) failed_passphrases: i64,
    pub(crate) enrollments_per_5_seconds: i64,
    pub(crate) enrollments_to_one_per_10_minutes: i64,
}

/// What may be there, or run, at one time.
#[derive(Debug)]
pub(crate) struct Amounts {
    pub(crate) waiting_devices: i64,
    pub(crate) open_enrollments: i64,
    pub(crate) addressed_enrollments: i64,
    pub(crate) exports_at_once: u8,
    pub(crate) audit_exports_at_once: u8,
    pub(crate) audit_checks_at_once: u8,
    pub(crate) dry_runs_at_once: u8,
    pub(crate) dry_run_events: i64,
    pub(crate) dry_run_flips: usize,
}

impl Limits {
    pub(super) fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let max_value_bytes = values.read(&s::MAX_VALUE_BYTES, "1048576", bytes(1..=16 << 20))?;
        let max_body_bytes =
            values.read(&s::MAX_BODY_BYTES, "2097152", bytes(1 << 10..=64 << 20))?;
        if max_body_bytes < max_value_bytes {
            return Err(values.refuse(
                &s::MAX_BODY_BYTES,
                "is less than max_value_bytes: no such value could be sent",
            ));
        }
        let most = NonZeroU32::MIN.saturating_add(999_999);
        let at_least_one = || number("requests", NonZeroU32::MIN..=most);
        Ok(Self {
            max_value_bytes,
            max_body_bytes,
            rate: values.read(&s::RATE_LIMITS, "on", on_off)?,
            requests_per_second: values.read(
                &s::LIMITS_REQUESTS_PER_SECOND,
                "100",
                at_least_one(),
            )?,
            requests_burst: values.read(&s::LIMITS_REQUESTS_BURST, "200", at_least_one())?,
            tries: Tries::read(values)?,
            amounts: Amounts::read(values)?,
        })
    }
}

impl Tries {
    fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let mut million = |setting, default| {
            let parse = number("requests", 1..=1_000_000);
            values.read(setting, default, parse)
        };
        let logins_per_minute = million(&s::LIMITS_LOGINS_PER_MINUTE, "30")?;
        let invalid_keys_per_minute = million(&s::LIMITS_INVALID_KEYS_PER_MINUTE, "30")?;
        let signups_per_hour = million(&s::LIMITS_SIGNUPS_PER_HOUR, "5")?;
        let invites_per_hour = million(&s::LIMITS_INVITES_PER_HOUR, "50")?;
        let invites_to_one_per_hour = million(&s::LIMITS_INVITES_TO_ONE_PER_HOUR, "5")?;
        let mails_per_hour = million(&s::LIMITS_MAILS_PER_HOUR, "10")?;
        let proofs_per_minute = million(&s::LIMITS_PROOFS_PER_MINUTE, "30")?;
        let device_codes_per_10_minutes = million(&s::LIMITS_DEVICE_CODES_PER_10_MINUTES, "30")?;
        let password_mails_per_hour = million(&s::LIMITS_PASSWORD_MAILS_PER_HOUR, "5")?;
        let shares_per_minute = million(&s::LIMITS_SHARES_PER_MINUTE, "10")?;
        let share_reads_per_minute = million(&s::LIMITS_SHARE_READS_PER_MINUTE, "30")?;
        let enrollments_per_5_seconds = million(&s::LIMITS_ENROLLMENTS_PER_5_SECONDS, "5")?;
        let enrollments_to_one_per_10_minutes =
            million(&s::LIMITS_ENROLLMENTS_TO_ONE_PER_10_MINUTES, "1")?;
        let mut few = |setting, default| {
            let parse = number("tries", 1..=1000);
            values.read(setting, default, parse)
        };
        Ok(Self {
            logins_per_minute,
            failed_passwords: few(&s::LIMITS_FAILED_PASSWORDS, "10")?,
            invalid_keys_per_minute,
            signups_per_hour,
            invites_per_hour,
            invites_to_one_per_hour,
            mails_per_hour,
            proofs_per_minute,
            failed_codes: few(&s::LIMITS_FAILED_CODES, "10")?,
            failed_device_codes: few(&s::LIMITS_FAILED_DEVICE_CODES, "10")?,
            device_codes_per_10_minutes,
            password_mails_per_hour,
            shares_per_minute,
            share_reads_per_minute,
            failed_passphrases: few(&s::LIMITS_FAILED_PASSPHRASES, "10")?,
            enrollments_per_5_seconds,
            enrollments_to_one_per_10_minutes,
        })
    }
}

impl Amounts {
    fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let million = |unit| number(unit, 1..=1_000_000);
        let at_once = || number("runs", 1..=100);
        Ok(Self {
            waiting_devices: values.read(
                &s::LIMITS_WAITING_DEVICES,
                "10000",
                million("devices"),
            )?,
            open_enrollments: values.read(
                &s::ENROLL_MAX_LINK_ONLY_PENDING,
                "100",
                million("requests"),
            )?,
            addressed_enrollments: values.read(
                &s::ENROLL_MAX_ADDRESSED_PENDING,
                "10000",
                million("requests"),
            )?,
            exports_at_once: values.read(&s::LIMITS_EXPORTS_AT_ONCE, "1", at_once())?,
            audit_exports_at_once: values.read(&s::LIMITS_AUDIT_EXPORTS_AT_ONCE, "1", at_once())?,
            audit_checks_at_once: values.read(&s::LIMITS_AUDIT_CHECKS_AT_ONCE, "1", at_once())?,
            dry_runs_at_once: values.read(&s::LIMITS_DRY_RUNS_AT_ONCE, "2", at_once())?,
            dry_run_events: values.read(&s::LIMITS_DRY_RUN_EVENTS, "50000", million("events"))?,
            dry_run_flips: values.read(
                &s::LIMITS_DRY_RUN_FLIPS,
                "1000",
                number("rows", 1..=100_000),
            )?,
        })
    }
}
