//! The `conditions` of a grant.

use super::addresses::{self, Addresses};
use super::environments::{self, Environments};
use super::json::only;
use super::time_window::{self, TimeWindow};
use crate::{Circumstances, Invalid};
use serde_json::{Map, Value};

/// Under what circumstances a grant counts (contract 4.4). Every key that is given must hold;
/// none always holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Conditions {
    given: Map<String, Value>,
    addresses: Option<Addresses>,
    window: Option<TimeWindow>,
    environments: Option<Environments>,
}

impl Conditions {
    /// Reads `ip_allowlist`, `time_window` and `environment_in`; lists have at most 100 entries.
    ///
    /// # Errors
    /// Unknown keys, at any depth, wrong types, zones that do not exist, and what can never be
    /// true, except for an empty `ip_allowlist`, which the contract takes. The reason names the
    /// key.
    pub fn parse(map: &Map<String, Value>) -> Result<Self, Invalid> {
        only(map, &[addresses::KEY, time_window::KEY, environments::KEY])?;
        Ok(Self {
            given: map.clone(),
            addresses: map.get(addresses::KEY).map(Addresses::parse).transpose()?,
            window: map
                .get(time_window::KEY)
                .map(TimeWindow::parse)
                .transpose()?,
            environments: map
                .get(environments::KEY)
                .map(Environments::parse)
                .transpose()?,
        })
    }

    /// The object as it was given.
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Whether all of them hold, for certain. `environment` is the agent's; people have none.
    /// An address that is not known is in no list: what allows does not count.
    pub fn hold(&self, at: &Circumstances, environment: Option<&str>) -> bool {
        self.judged(at, environment, false)
    }

    /// Whether none of them is known not to hold. As [`Conditions::hold`], but an address that is
    /// not known may be in any list that is not empty: what denies counts.
    pub fn may_hold(&self, at: &Circumstances, environment: Option<&str>) -> bool {
        self.judged(at, environment, true)
    }

    fn judged(&self, at: &Circumstances, environment: Option<&str>, unknown: bool) -> bool {
        let from = self.addresses.as_ref().is_none_or(|list| match at.ip {
            Some(ip) => list.contain(ip),
            None => unknown && !list.is_empty(),
        });
        let when = self
            .window
            .as_ref()
            .is_none_or(|window| window.contains(at.now));
        let what = self
            .environments
            .as_ref()
            .is_none_or(|list| environment.is_some_and(|name| list.contain(name)));
        from && when && what
    }

    /// Whether environments are named: such a grant is for agents alone.
    pub fn names_environments(&self) -> bool {
        self.environments.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use serde_json::json;

    fn parse(value: &Value) -> Result<Conditions, Invalid> {
        Conditions::parse(value.as_object().unwrap())
    }

    fn at(moment: &str, ip: Option<&str>) -> Circumstances {
        let ip = ip.map(|text| text.parse().unwrap());
        Circumstances::new(Timestamp::parse(moment).unwrap(), ip)
    }

    /// 2026-02-18 is a Wednesday.
    fn somewhere(ip: Option<&str>) -> Circumstances {
        at("2026-02-18T12:00:00Z", ip)
    }

    #[test]
    fn pol_04_what_is_no_condition() {
        for (bad, key) in [
            (json!({"ip_allowlst": ["10.0.0.1"]}), "ip_allowlst"),
            (json!({"IP_ALLOWLIST": []}), "IP_ALLOWLIST"),
            (json!({"cron_expr": "* * * * *"}), "cron_expr"),
            (json!({"": 1}), "unknown key"),
            (json!({"ip_allowlist": null}), "ip_allowlist"),
            (json!({"ip_allowlist": "10.0.0.1"}), "ip_allowlist"),
            (json!({"ip_allowlist": [1]}), "ip_allowlist"),
            (json!({"ip_allowlist": ["10.0.0.0/33"]}), "ip_allowlist"),
            (
                json!({"ip_allowlist": vec!["10.0.0.1"; 101]}),
                "ip_allowlist",
            ),
            (json!({"environment_in": []}), "never true"),
            (json!({"environment_in": ["prod", ""]}), "environment_in"),
            (json!({"environment_in": ["a\u{0}"]}), "environment_in"),
            (json!({"environment_in": {"prod": true}}), "environment_in"),
            (json!({"time_window": {"cron_expr": "*"}}), "cron_expr"),
            (json!({"time_window": []}), "time_window"),
        ] {
            let why = parse(&bad).unwrap_err();
            assert!(why.reason().contains(key), "{bad}: {why}");
        }
        let long = json!({"k".repeat(5_000): 1});
        assert!(parse(&long).unwrap_err().reason().len() < 300);
    }

    #[test]
    fn none_always_hold_and_are_echoed() {
        assert!(Conditions::default().hold(&somewhere(None), None));
        assert!(parse(&json!({})).unwrap() == Conditions::default());
        let given = json!({"ip_allowlist": ["2001:DB8::/32"], "time_window": {"start_hour": 9}});
        let echoed = parse(&given).unwrap();
        assert_eq!(Value::Object(echoed.as_json().clone()), given);
    }

    #[test]
    fn pol_04_an_empty_list_of_addresses_never_holds() {
        let nowhere = parse(&json!({"ip_allowlist": []})).unwrap();
        for ip in [None, Some("10.0.0.1"), Some("::1")] {
            assert!(!nowhere.hold(&somewhere(ip), None));
            assert!(!nowhere.may_hold(&somewhere(ip), None));
        }
    }

    #[test]
    fn pol_05_by_the_address() {
        let known = parse(&json!({"ip_allowlist": ["10.0.0.0/8", "2001:db8::7"]})).unwrap();
        for (ip, holds, may_hold) in [
            (Some("10.1.2.3"), true, true),
            (Some("::ffff:10.1.2.3"), true, true),
            (Some("2001:db8::7"), true, true),
            (Some("2001:db8::8"), false, false),
            (Some("192.0.2.1"), false, false),
            (None, false, true),
        ] {
            assert_eq!(known.hold(&somewhere(ip), None), holds, "{ip:?}");
            assert_eq!(known.may_hold(&somewhere(ip), None), may_hold, "{ip:?}");
        }
        let mapped = Circumstances {
            now: Timestamp::from_millis(0),
            ip: Some("::ffff:10.1.2.3".parse().unwrap()),
        };
        assert!(known.hold(&mapped, None));
    }

    #[test]
    fn environments_are_for_agents() {
        let prod = parse(&json!({"environment_in": ["prod", "stage"]})).unwrap();
        assert!(prod.names_environments());
        for (environment, holds) in [
            (Some("prod"), true),
            (Some("stage"), true),
            (Some("Prod"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(prod.hold(&somewhere(None), environment), holds);
            assert_eq!(prod.may_hold(&somewhere(None), environment), holds);
        }
    }

    #[test]
    fn every_one_must_hold() {
        let all = parse(&json!({
            "ip_allowlist": ["10.0.0.1"],
            "time_window": {"start_hour": 9, "end_hour": 17},
            "environment_in": ["prod"],
        }))
        .unwrap();
        for (moment, ip, environment, holds) in [
            ("2026-02-18T12:00:00Z", "10.0.0.1", Some("prod"), true),
            ("2026-02-18T18:00:00Z", "10.0.0.1", Some("prod"), false),
            ("2026-02-18T12:00:00Z", "10.0.0.2", Some("prod"), false),
            ("2026-02-18T12:00:00Z", "10.0.0.1", Some("dev"), false),
        ] {
            assert_eq!(all.hold(&at(moment, Some(ip)), environment), holds);
        }
    }
}
