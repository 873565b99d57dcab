//! What is kept how long, and how it is tidied up.

use super::error::ConfigurationError;
use super::parse::{number, on_off, or_off};
use super::settings as s;
use super::values::Values;

/// A day, in seconds.
const DAY: i64 = 86_400;

/// What is kept how long, and how it is tidied up.
#[derive(Debug)]
pub(crate) struct Keeping {
    /// Rows that housekeeping takes at once.
    pub(crate) batch_rows: i64,
    /// How long metered requests are kept one by one, in seconds.
    pub(crate) usage_retention: i64,
    /// Days that events of audit logs are kept; `None` = for ever.
    pub(crate) audit_retention_days: Option<i64>,
    /// Refusals of nobody in particular that leave an event each, a minute.
    pub(crate) refusals_apart: u64,
    /// Whether to go by the machine's clock even where it is behind the journal.
    pub(crate) trust_clock: bool,
}

impl Keeping {
    pub(super) fn read(values: &mut Values) -> Result<Self, ConfigurationError> {
        let days = values.read(
            &s::USAGE_RETENTION_DAYS,
            "400",
            number("days", 62_i64..=36_500),
        )?;
        Ok(Self {
            batch_rows: values.read(
                &s::HOUSEKEEPING_BATCH_ROWS,
                "500",
                number("rows", 10..=10_000),
            )?,
            usage_retention: days * DAY,
            audit_retention_days: values.read(&s::AUDIT_RETENTION_DAYS, "off", |text| {
                or_off(text, number("days", 1..=36_500))
            })?,
            refusals_apart: values.read(
                &s::AUDIT_REFUSALS_APART,
                "1",
                number("events", 1..=1_000_000),
            )?,
            trust_clock: values.read(&s::TRUST_CLOCK, "off", on_off)?,
        })
    }
}
