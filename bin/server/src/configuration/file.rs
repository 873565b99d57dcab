//! The configuration file, read by the `config` crate and laid flat: `[tokens] user_ttl` is `tokens.user_ttl`.

use std::path::Path;

use config::{Config, ConfigError, File, FileFormat, Value, ValueKind};
use zeroize::Zeroizing;

use super::error::ConfigurationError;
use super::given::Given;
use super::origin::Origin;
use super::setting::{Places, Setting};
use super::settings;

/// Adds what the file says.
pub(crate) fn add(given: &mut Given, path: &Path) -> Result<(), ConfigurationError> {
    let refused = |reason: String| ConfigurationError::File {
        file: path.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| refused(format!("cannot be read: {error}")))?;
    let text = Zeroizing::new(text);
    let table = Config::builder()
        .add_source(File::from_str(&text, FileFormat::Toml))
        .build()
        .and_then(Config::try_deserialize::<config::Map<String, Value>>)
        .map_err(|error| refused(format!("is not TOML: {}", in_one_line(&error))))?;
    let mut keys: Vec<_> = table.into_iter().collect();
    keys.sort_by(|(left, _), (right, _)| left.cmp(right));
    keys.into_iter()
        .try_for_each(|(key, value)| add_key(given, path, key, value))
}

fn add_key(
    given: &mut Given,
    path: &Path,
    key: String,
    value: Value,
) -> Result<(), ConfigurationError> {
    let Some(setting) = settings::ALL.iter().find(|setting| setting.name == key) else {
        return match value.kind {
            ValueKind::Table(table) => table.into_iter().try_for_each(|(inner, value)| {
                add_key(given, path, format!("{key}.{inner}"), value)
            }),
            _ => Err(unknown(path, key)),
        };
    };
    if let Some(instead) = elsewhere(setting) {
        return Err(ConfigurationError::Misplaced {
            key: setting.name,
            file: path.to_owned(),
            instead,
        });
    }
    let text = as_text(value).ok_or_else(|| ConfigurationError::Value {
        setting: setting.name,
        origin: Origin::File(path.to_owned()),
        value: super::error::Quoted::hidden(),
        reason: "is neither text, a number, true or false, nor a list of these".to_owned(),
        example: setting.example,
    })?;
    given.add(setting, Zeroizing::new(text), Origin::File(path.to_owned()));
    Ok(())
}

/// Where a setting that may not stand in the file is to be given.
fn elsewhere(setting: &Setting) -> Option<String> {
    match setting.places {
        Places::Anywhere | Places::NoFlag => None,
        Places::OutsideFile => Some(format!("--{} or {}", setting.flag(), setting.variable())),
        Places::Environment => Some(setting.variable()),
    }
}

fn unknown(path: &Path, key: String) -> ConfigurationError {
    // `log_level` for `log.level` is the likeliest slip, and the flag's spelling the next.
    let meant = settings::ALL
        .iter()
        .find(|setting| setting.flag() == key.replace(['.', '_'], "-"))
        .map(|setting| format!(", did you mean {}?", setting.name));
    ConfigurationError::UnknownKey {
        key,
        file: path.to_owned(),
        hint: meant.unwrap_or_default(),
    }
}

fn as_text(value: Value) -> Option<String> {
    match value.kind {
        ValueKind::Boolean(yes) => Some(if yes { "on" } else { "off" }.to_owned()),
        ValueKind::Array(items) => {
            let items: Option<Vec<_>> = items.into_iter().map(as_text).collect();
            items.map(|items| {
                if items.is_empty() {
                    "none".to_owned()
                } else {
                    items.join(",")
                }
            })
        }
        ValueKind::Nil | ValueKind::Table(_) => None,
        _ => value.into_string().ok(),
    }
}

/// The place and the complaint, without the lines of the file between them: those may hold a password.
fn in_one_line(error: &ConfigError) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let place = first.split_once(" at ").map_or(first, |(_, place)| place);
    match lines.next_back() {
        Some(complaint) => format!("{place}: {complaint}"),
        None => first.to_owned(),
    }
}
