//! From raw text to values, with one kind of refusal, and a record of what is in force.

use super::error::{ConfigurationError, Quoted};
use super::given::Given;
use super::origin::Origin;
use super::setting::Setting;
use super::settings;

/// Reads settings one by one, and remembers what each turned out to be.
pub(crate) struct Values {
    given: Given,
    in_force: Vec<InForce>,
}

/// A setting, what it is and where that came from: a line of `oneclaw config`.
pub(crate) struct InForce {
    pub(crate) setting: &'static Setting,
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

impl Values {
    pub(crate) fn new(given: Given) -> Self {
        Self {
            given,
            in_force: Vec::new(),
        }
    }

    /// Whether it was given at all.
    pub(crate) fn is_given(&self, setting: &'static Setting) -> bool {
        self.given.get(setting).is_some()
    }

    /// A setting whose default, as text, is `default`. `parse` completes "this value ...".
    pub(crate) fn read<T>(
        &mut self,
        setting: &'static Setting,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigurationError> {
        let (text, origin) = match self.given.get(setting) {
            Some(raw) => (raw.text.as_str(), raw.origin.clone()),
            None => (default, Origin::Default),
        };
        let value = parse(text).map_err(|reason| refusal(setting, origin.clone(), text, reason))?;
        self.in_force.push(InForce {
            setting,
            text: shown(setting, text),
            origin,
        });
        Ok(value)
    }

    /// `None` when it was not given; the report then has the default in words.
    pub(crate) fn read_optional<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigurationError> {
        if self.is_given(setting) {
            return self.read(setting, "", parse).map(Some);
        }
        self.in_force.push(InForce {
            setting,
            text: setting.default.to_owned(),
            origin: Origin::Default,
        });
        Ok(None)
    }

    /// Refuses a setting for a reason that only shows beside another one.
    pub(crate) fn refuse(&self, setting: &'static Setting, reason: &str) -> ConfigurationError {
        let (text, origin) = self
            .given
            .get(setting)
            .map_or(("", Origin::Default), |raw| {
                (raw.text.as_str(), raw.origin.clone())
            });
        refusal(setting, origin, text, reason.to_owned())
    }

    /// What is in force, in the order of the table.
    pub(crate) fn into_report(mut self) -> Vec<InForce> {
        self.in_force
            .sort_by_key(|line| settings::ALL.iter().position(|one| *one == line.setting));
        self.in_force
    }
}

fn refusal(setting: &Setting, origin: Origin, text: &str, reason: String) -> ConfigurationError {
    let was_not_given = text.is_empty() && matches!(origin, Origin::Default);
    ConfigurationError::Value {
        setting: setting.name,
        origin,
        value: if was_not_given || may_hold_secret(setting) {
            Quoted::hidden()
        } else {
            Quoted::of(text)
        },
        reason,
        example: setting.example,
    }
}

/// A database URL may hold a password; what has no flag is a secret anyway.
fn may_hold_secret(setting: &Setting) -> bool {
    setting.is_secret() || *setting == settings::DATABASE_URL
}

fn shown(setting: &Setting, text: &str) -> String {
    if setting.is_secret() {
        return "***".to_owned();
    }
    if *setting == settings::DATABASE_URL {
        return super::database_url::without_password(text);
    }
    text.to_owned()
}
