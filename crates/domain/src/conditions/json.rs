//! Reading lists and objects of conditions, strictly: what is not understood is refused, for a
//! condition that is ignored widens access.

use crate::Invalid;
use serde_json::{Map, Value};

/// Most entries of one list. Ours: a condition is read on every request.
const MAX_ENTRIES: usize = 100;

/// A list of texts.
pub(super) fn texts<'a>(key: &str, value: &'a Value) -> Result<Vec<&'a str>, Invalid> {
    list(key, value)?
        .iter()
        .map(|item| {
            item.as_str()
                .ok_or_else(|| refused(key, "must be a list of strings"))
        })
        .collect()
}

/// A list, of anything.
pub(super) fn list<'a>(key: &str, value: &'a Value) -> Result<&'a [Value], Invalid> {
    let items = value
        .as_array()
        .ok_or_else(|| refused(key, "must be a list"))?;
    if items.len() > MAX_ENTRIES {
        return Err(refused(
            key,
            &format!("must have at most {MAX_ENTRIES} entries"),
        ));
    }
    Ok(items)
}

/// Refuses keys that are not in `known`.
pub(super) fn only(map: &Map<String, Value>, known: &[&str]) -> Result<(), Invalid> {
    let shown = known.join(", ");
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(Invalid::because(format!(
            "has the unknown key `{}`: known are {shown}",
            shortened(key)
        ))),
    }
}

/// A reason with the key it is about.
pub(super) fn refused(key: &str, reason: &str) -> Invalid {
    Invalid::because(format!("{key} {reason}"))
}

/// Why a condition that cannot hold is refused.
pub(super) fn never(key: &str, why: &str) -> Invalid {
    Invalid::because(format!("{key} is a condition that is never true: {why}"))
}

/// Enough of a key to find it, and nothing of it that could trouble a reader.
fn shortened(key: &str) -> String {
    const SHOWN: usize = 64;
    key.chars()
        .filter(|c| !crate::names::is_deceptive(*c))
        .take(SHOWN)
        .collect()
}
