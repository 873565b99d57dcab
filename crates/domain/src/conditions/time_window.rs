//! `time_window`: at which hours of which days.

use super::json::{list, never, only, refused};
use crate::{Invalid, Timestamp};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

pub(super) const KEY: &str = "time_window";

/// Minutes of a wall clock's day; the end of a day is `DAY`.
const DAY: u16 = 24 * 60;
const ALL_DAYS: u8 = 0b111_1111;

/// Hours of a day, as a wall clock in one zone shows them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TimeWindow {
    /// First minute of the day inside.
    start: u16,
    /// First minute of the day outside. Below `start`: the window spans midnight.
    end: u16,
    /// One bit for each day, Sunday lowest.
    days: u8,
    zone: TimeZone,
}

impl TimeWindow {
    /// Reads either form (contract 4.4): hours as numbers, or `after` and `before` as `HH:MM`.
    pub(super) fn parse(value: &Value) -> Result<Self, Invalid> {
        let map = value
            .as_object()
            .ok_or_else(|| refused(KEY, "must be an object"))?;
        let hours = map.contains_key("start_hour") || map.contains_key("end_hour");
        let known: &[&str] = if hours {
            &["start_hour", "end_hour", "days_of_week", "timezone"]
        } else {
            &["after", "before", "days_of_week", "timezone"]
        };
        only(map, known).map_err(|why| refused(KEY, why.reason()))?;
        let (start, end) = if hours {
            (
                bound(map, "start_hour", |value| hour(value, 23))?,
                bound(map, "end_hour", |value| hour(value, 24))?,
            )
        } else {
            (
                bound(map, "after", |value| clock(value, DAY - 1))?,
                bound(map, "before", |value| clock(value, DAY))?,
            )
        };
        let days = map.get("days_of_week").map(days).transpose()?;
        let zone = map.get("timezone").map_or(Ok(TimeZone::UTC), zone)?;
        if start.is_none() && end.is_none() && days.is_none() {
            return Err(refused(KEY, "must name a start, an end or days"));
        }
        let (start, end) = span(start, end)?;
        Ok(Self {
            start,
            end,
            days: days.unwrap_or(ALL_DAYS),
            zone,
        })
    }

    /// By the clock on the wall at that moment: an hour that the zone shows twice counts twice,
    /// one that it skips does not come. The day is the local day now, after midnight as well.
    pub(super) fn contains(&self, now: Timestamp) -> bool {
        // the last day of the year 9999 is past what jiff knows: no window is open then
        let Ok(now) = jiff::Timestamp::from_millisecond(now.millis()) else {
            return false;
        };
        let local = self.zone.to_datetime(now);
        let day = local.date().weekday().to_sunday_zero_offset();
        if self.days & (1 << day) == 0 {
            return false;
        }
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let (started, ended) = (
            minute >= i32::from(self.start),
            minute >= i32::from(self.end),
        );
        if self.start < self.end {
            started && !ended
        } else {
            started || !ended
        }
    }
}

/// The bounds with those that are missing open.
fn span(start: Option<u16>, end: Option<u16>) -> Result<(u16, u16), Invalid> {
    match (start, end) {
        (Some(start), Some(end)) if start == end => Err(never(KEY, "it ends the minute it starts")),
        (None, Some(0)) => Err(never(KEY, "it ends when the day starts")),
        (start, end) => Ok((start.unwrap_or(0), end.unwrap_or(DAY))),
    }
}

fn bound(
    map: &Map<String, Value>,
    key: &str,
    read: impl Fn(&Value) -> Result<u16, &'static str>,
) -> Result<Option<u16>, Invalid> {
    map.get(key)
        .map(|value| read(value).map_err(|why| refused(KEY, &format!("{key} {why}"))))
        .transpose()
}

fn hour(value: &Value, last: u16) -> Result<u16, &'static str> {
    value
        .as_u64()
        .and_then(|hour| u16::try_from(hour).ok())
        .filter(|hour| *hour <= last)
        .map(|hour| hour * 60)
        .ok_or("must be a whole hour: 0 to 23, for the end also 24")
}

fn clock(value: &Value, last: u16) -> Result<u16, &'static str> {
    value
        .as_str()
        .and_then(minutes)
        .filter(|minute| *minute <= last)
        .ok_or("must be a time as HH:MM, 00:00 to 23:59, for the end also 24:00")
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60).then_some(hour * 60 + minute)
}

fn days(value: &Value) -> Result<u8, Invalid> {
    let items = list("days_of_week", value).map_err(|why| refused(KEY, why.reason()))?;
    if items.is_empty() {
        return Err(never(KEY, "days_of_week names no day"));
    }
    items.iter().try_fold(0, |days, item| match item.as_u64() {
        Some(day @ 0..=6) => Ok(days | 1 << day),
        _ => Err(refused(
            KEY,
            "days_of_week must be whole numbers from 0, a Sunday, to 6",
        )),
    })
}

/// From the database that is built in: what a zone means does not depend on the machine.
fn zone(value: &Value) -> Result<TimeZone, Invalid> {
    value
        .as_str()
        .and_then(|name| TimeZone::get(name).ok())
        .filter(|zone| !zone.is_unknown())
        .ok_or_else(|| refused(KEY, "timezone must be an IANA zone such as Europe/Berlin"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn window(value: &Value) -> TimeWindow {
        TimeWindow::parse(value).unwrap_or_else(|why| panic!("{value}: {why}"))
    }

    /// Each moment with whether it is inside.
    fn check(value: &Value, moments: &[(&str, bool)]) {
        let window = window(value);
        for (moment, inside) in moments {
            let now = Timestamp::parse(moment).unwrap();
            assert_eq!(window.contains(now), *inside, "{value} at {moment}");
        }
    }

    #[test]
    fn pol_04_windows_that_are_none() {
        for (bad, named) in [
            (json!(null), "time_window"),
            (json!("09:00-17:00"), "time_window"),
            (json!({"start_hour": 25}), "start_hour"),
            (json!({"start_hour": 24}), "start_hour"),
            (json!({"end_hour": 25}), "end_hour"),
            (json!({"start_hour": -1}), "start_hour"),
            (json!({"start_hour": 9.5}), "start_hour"),
            (json!({"start_hour": "9"}), "start_hour"),
            (json!({"end_hour": null}), "end_hour"),
            (json!({"start_hour": 9, "end_hour": 9}), "never true"),
            (json!({"start_hour": 0, "end_hour": 0}), "never true"),
            (json!({"end_hour": 0}), "never true"),
            (json!({"after": "09:00", "before": "09:00"}), "never true"),
            (json!({"before": "00:00"}), "never true"),
            (json!({"after": "9:00"}), "after"),
            (json!({"after": "24:00"}), "after"),
            (json!({"after": "09:60"}), "after"),
            (json!({"before": "24:01"}), "before"),
            (json!({"before": "+9:00"}), "before"),
            (json!({"before": "09:00:00"}), "before"),
            (json!({"before": 9}), "before"),
            (json!({"start_hour": 9, "before": "17:00"}), "before"),
            (json!({"days_of_week": []}), "never true"),
            (json!({"days_of_week": [7]}), "days_of_week"),
            (json!({"days_of_week": [-1]}), "days_of_week"),
            (json!({"days_of_week": ["Mon"]}), "days_of_week"),
            (json!({"days_of_week": 1}), "days_of_week"),
            (json!({"days_of_week": vec![1; 101]}), "days_of_week"),
            (json!({"timezone": "Mars/X"}), "timezone"),
            (json!({"timezone": ""}), "timezone"),
            (json!({"timezone": null}), "timezone"),
            (json!({"timezone": "+02:00"}), "timezone"),
            (json!({"timezone": "../../etc/passwd"}), "timezone"),
            (json!({"timezone": "Etc/Unknown"}), "timezone"),
            (json!({"tz": "UTC"}), "tz"),
        ] {
            let why = TimeWindow::parse(&bad).expect_err(&bad.to_string());
            assert!(why.reason().starts_with("time_window "), "{bad}: {why}");
            assert!(why.reason().contains(named), "{bad}: {why}");
        }
    }

    #[test]
    fn pol_04_from_the_start_until_before_the_end() {
        let moments = [
            ("2026-02-18T08:59:59.999Z", false),
            ("2026-02-18T09:00:00Z", true),
            ("2026-02-18T16:59:59.999Z", true),
            ("2026-02-18T17:00:00Z", false),
        ];
        check(&json!({"start_hour": 9, "end_hour": 17}), &moments);
        check(&json!({"after": "09:00", "before": "17:00"}), &moments);
        let zoned = json!({"after": "10:30", "before": "18:30", "timezone": "Europe/Berlin"});
        check(
            &zoned,
            &[
                ("2026-02-18T09:29:59Z", false),
                ("2026-02-18T09:30:00Z", true),
                ("2026-02-18T17:30:00Z", false),
            ],
        );
    }

    #[test]
    fn pol_04_a_window_that_names_no_time_is_refused() {
        for nothing in [json!({}), json!({"timezone": "Europe/Berlin"})] {
            assert!(TimeWindow::parse(&nothing).is_err(), "{nothing}");
        }
    }

    #[test]
    fn pol_04_a_missing_bound_is_open() {
        check(
            &json!({"start_hour": 22}),
            &[
                ("2026-02-18T21:59:59Z", false),
                ("2026-02-18T23:59:59Z", true),
                ("2026-02-19T00:00:00Z", false),
            ],
        );
        check(
            &json!({"before": "06:30"}),
            &[
                ("2026-02-18T00:00:00Z", true),
                ("2026-02-18T06:30:00Z", false),
            ],
        );
        check(
            &json!({"start_hour": 0, "end_hour": 24}),
            &[
                ("2026-02-18T00:00:00Z", true),
                ("2026-02-18T23:59:59.999Z", true),
            ],
        );
    }

    #[test]
    fn pol_04_a_window_over_midnight() {
        check(
            &json!({"start_hour": 22, "end_hour": 6}),
            &[
                ("2026-02-18T21:59:59Z", false),
                ("2026-02-18T22:00:00Z", true),
                ("2026-02-19T00:00:00Z", true),
                ("2026-02-19T05:59:59Z", true),
                ("2026-02-19T06:00:00Z", false),
                ("2026-02-19T12:00:00Z", false),
            ],
        );
        check(
            &json!({"start_hour": 22, "end_hour": 0}),
            &[
                ("2026-02-18T23:59:59Z", true),
                ("2026-02-19T00:00:00Z", false),
            ],
        );
    }

    #[test]
    fn pol_04_the_day_is_the_local_day() {
        // Friday the 20th; 23:30 UTC is Saturday in Berlin and still Friday in New York
        check(
            &json!({"days_of_week": [5]}),
            &[
                ("2026-02-19T23:59:59Z", false),
                ("2026-02-20T00:00:00Z", true),
                ("2026-02-20T23:59:59Z", true),
                ("2026-02-21T00:00:00Z", false),
            ],
        );
        check(
            &json!({"days_of_week": [5], "timezone": "Europe/Berlin"}),
            &[
                ("2026-02-19T22:59:59Z", false),
                ("2026-02-19T23:00:00Z", true),
                ("2026-02-20T23:30:00Z", false),
            ],
        );
        check(
            &json!({"days_of_week": [5], "timezone": "America/New_York"}),
            &[
                ("2026-02-20T04:59:59Z", false),
                ("2026-02-20T23:30:00Z", true),
                ("2026-02-21T04:59:59Z", true),
            ],
        );
        check(
            &json!({"days_of_week": [0]}),
            &[("2026-02-22T12:00:00Z", true)],
        );
        // over midnight, each half belongs to its own day
        check(
            &json!({"start_hour": 22, "end_hour": 6, "days_of_week": [5]}),
            &[
                ("2026-02-20T05:00:00Z", true),
                ("2026-02-20T23:00:00Z", true),
                ("2026-02-21T01:00:00Z", false),
            ],
        );
    }

    #[test]
    fn pol_04_days_on_which_berlin_changes_its_clocks() {
        // 2026-03-29: 01:59:59 CET is followed by 03:00 CEST, at 01:00 UTC
        check(
            &json!({"start_hour": 2, "end_hour": 3, "timezone": "Europe/Berlin"}),
            &[
                ("2026-03-28T01:30:00Z", true),
                ("2026-03-29T00:59:59Z", false),
                ("2026-03-29T01:00:00Z", false),
                ("2026-03-30T00:30:00Z", true),
            ],
        );
        check(
            &json!({"start_hour": 9, "end_hour": 17, "timezone": "Europe/Berlin"}),
            &[
                ("2026-03-28T07:59:59Z", false),
                ("2026-03-28T08:00:00Z", true),
                ("2026-03-29T07:00:00Z", true),
                ("2026-03-29T14:59:59Z", true),
                ("2026-03-29T15:00:00Z", false),
            ],
        );
        // 2026-10-25: 02:00 to 03:00 comes twice, from 00:00 and from 01:00 UTC
        check(
            &json!({"after": "02:00", "before": "03:00", "timezone": "Europe/Berlin"}),
            &[
                ("2026-10-24T23:59:59Z", false),
                ("2026-10-25T00:00:00Z", true),
                ("2026-10-25T00:59:59Z", true),
                ("2026-10-25T01:00:00Z", true),
                ("2026-10-25T01:59:59Z", true),
                ("2026-10-25T02:00:00Z", false),
            ],
        );
    }

    #[test]
    fn moments_past_what_the_zones_know_are_outside() {
        check(
            &json!({"start_hour": 0}),
            &[("9999-12-31T23:59:59Z", false), ("0001-01-01", true)],
        );
    }
}
