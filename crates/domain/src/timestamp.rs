//! A moment, as the wire and the stores know it.

use crate::Invalid;
use jiff::{SignedDuration, civil, tz::Offset};
use std::fmt;

/// A moment in whole milliseconds since the Unix epoch, years 1 to 9999.
///
/// Milliseconds, because that is the finest the wire shows (contract 1.4): what was answered is
/// what was stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

const EPOCH: civil::DateTime = civil::date(1970, 1, 1).at(0, 0, 0, 0);
/// 0001-01-01T00:00:00Z, in milliseconds since the epoch.
const FIRST: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z, the last that RFC 3339 can write, in milliseconds since the epoch.
const LAST: i64 = 253_402_300_799_999;

const REFUSED: Invalid = Invalid::new("must be an RFC 3339 time such as 2026-02-18T12:00:00Z");

impl Timestamp {
    /// The moment this many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The moment this many microseconds after the epoch, cut to milliseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros.div_euclid(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0.saturating_mul(1000)
    }

    /// Whole seconds since the Unix epoch, as `NumericDate` of RFC 7519 counts them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This many seconds later (earlier if negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This many calendar months later, in UTC; where that month has no such day, its last one.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let since = SignedDuration::from_millis(self.0);
        let later = jiff::Span::new()
            .try_months(months)
            .and_then(|months| EPOCH.checked_add(since)?.checked_add(months));
        let millis = later.map(|later| later.duration_since(EPOCH).as_millis());
        millis.map_or(Self(LAST), |millis| {
            Self(i64::try_from(millis).unwrap_or(LAST))
        })
    }

    /// Reads RFC 3339 with any offset; without an offset it is UTC, a bare date is its midnight
    /// in UTC (contract 1.4). Finer than milliseconds is cut.
    ///
    /// # Errors
    /// Anything else: days that do not exist, leap seconds, years before 1 or past 9999 in UTC.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (date, rest) = text.split_at_checked(10).ok_or(REFUSED)?;
        let date = parse_date(date)?;
        let (time, offset) = match rest.split_at_checked(1) {
            None => (civil::Time::midnight(), Offset::UTC),
            Some(("T" | "t" | " ", rest)) => parse_time(rest)?,
            Some(_) => return Err(REFUSED),
        };
        // not by jiff's own Timestamp, which ends a day before the year 9999 does
        let local = date.to_datetime(time).duration_since(EPOCH).as_nanos();
        let utc = local - i128::from(offset.seconds()) * 1_000_000_000;
        match i64::try_from(utc.div_euclid(1_000_000)) {
            Ok(millis @ FIRST..=LAST) => Ok(Self(millis)),
            _ => Err(REFUSED),
        }
    }
}

fn number<T: std::str::FromStr>(text: &str, width: usize) -> Result<T, Invalid> {
    if text.len() != width || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(REFUSED);
    }
    text.parse().map_err(|_| REFUSED)
}

fn fields<'a, const N: usize>(text: &'a str, by: char) -> Result<[&'a str; N], Invalid> {
    let parts: Vec<&'a str> = text.split(by).collect();
    parts.try_into().map_err(|_| REFUSED)
}

fn parse_date(text: &str) -> Result<civil::Date, Invalid> {
    let [year, month, day] = fields(text, '-')?;
    let year: i16 = number(year, 4)?;
    if year == 0 {
        return Err(REFUSED);
    }
    civil::Date::new(year, number(month, 2)?, number(day, 2)?).map_err(|_| REFUSED)
}

fn parse_time(text: &str) -> Result<(civil::Time, Offset), Invalid> {
    let (clock, rest) = text.split_at_checked(8).ok_or(REFUSED)?;
    let [hour, minute, second] = fields(clock, ':')?;
    let digits = rest.strip_prefix('.').map_or(0, |fraction| {
        fraction.bytes().take_while(u8::is_ascii_digit).count()
    });
    if rest.starts_with('.') && !(1..=9).contains(&digits) {
        return Err(REFUSED);
    }
    let (fraction, offset) = if digits == 0 {
        ("", rest)
    } else {
        rest.split_at_checked(digits + 1).ok_or(REFUSED)?
    };
    let nanos: i32 = number(&format!("{:0<9}", fraction.trim_start_matches('.')), 9)?;
    let time = civil::Time::new(
        number(hour, 2)?,
        number(minute, 2)?,
        number(second, 2)?,
        nanos,
    )
    .map_err(|_| REFUSED)?;
    Ok((time, parse_offset(offset)?))
}

fn parse_offset(text: &str) -> Result<Offset, Invalid> {
    let (sign, rest) = match text.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Ok(Offset::UTC),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return Err(REFUSED),
    };
    let [hours, minutes] = fields(rest, ':')?;
    let (hours, minutes): (i32, i32) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return Err(REFUSED);
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).map_err(|_| REFUSED)
}

impl fmt::Display for Timestamp {
    /// What no calendar has, because somebody wrote it into the store, is shown as the nearest that one
    /// has: who looks at it is not to be kept from the rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = SignedDuration::from_millis(self.0.clamp(FIRST, LAST));
        let moment = EPOCH.checked_add(since).map_err(|_| fmt::Error)?;
        if self.0.rem_euclid(1000) == 0 {
            write!(f, "{moment:.0}Z")
        } else {
            write!(f, "{moment:.3}Z")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Timestamp::parse(text).unwrap().to_string()
    }

    #[test]
    fn in_07_one_moment_one_spelling() {
        for (given, stored) in [
            ("2026-02-18T12:00:00Z", "2026-02-18T12:00:00Z"),
            ("2026-02-18t12:00:00.123z", "2026-02-18T12:00:00.123Z"),
            ("2026-02-18T12:00:00.123456789Z", "2026-02-18T12:00:00.123Z"),
            ("2026-02-18T12:00:00+14:00", "2026-02-17T22:00:00Z"),
            ("2026-02-18 12:00:00", "2026-02-18T12:00:00Z"),
            ("2026-02-18", "2026-02-18T00:00:00Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(shown(given), stored, "{given}");
        }
    }

    #[test]
    fn bil_05_months_are_those_of_the_calendar() {
        for (from, months, later) in [
            ("2026-11-28T09:00:00.5Z", 12, "2027-11-28T09:00:00.500Z"),
            ("2024-02-29T23:59:59Z", 12, "2025-02-28T23:59:59Z"),
            ("2026-01-31", 1, "2026-02-28T00:00:00Z"),
            ("9999-06-01", 12, "9999-12-31T23:59:59.999Z"),
        ] {
            let from = Timestamp::parse(from).unwrap();
            assert_eq!(from.plus_months(months).to_string(), later, "{from}");
        }
    }

    #[test]
    fn flt_11_what_no_calendar_has_is_shown_all_the_same() {
        for (millis, shown) in [
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "9999-12-31T23:59:59.999Z"),
            (i64::MIN, "0001-01-01T00:00:00Z"),
        ] {
            let shown_as = Timestamp::from_millis(millis).to_string();
            assert_eq!(shown_as.get(..19), shown.get(..19), "{millis}");
        }
    }

    #[test]
    fn in_07_times_that_are_none() {
        for bad in [
            "",
            "infinity",
            "now",
            "2024-02-30T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-01-01T23:59:60Z",
            "2026-01-01T24:00:00Z",
            "1767225600",
            "0000-01-01",
            "0001-01-01T00:00:00+00:01",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z",
            "2026-01-01T00:00",
            "2026-1-1",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00+24:00",
            "２026-01-01",
            "9999-12-31T23:59:59-14:00",
            "2026-01-01T00:00:00Zjunk",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad:?}");
        }
    }
}
