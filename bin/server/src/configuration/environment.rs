//! The one place that looks into the environment by itself: secrets that have no flag, and misspelt names.

use std::ffi::OsString;

use zeroize::Zeroizing;

use super::given::Given;
use super::origin::Origin;
use super::settings;

/// Names that the clients and the tests of this product read, so that they are no misspelt settings.
const NOT_OURS: &[&str] = &[
    "ONECLAW_API_KEY",
    "ONECLAW_API_URL",
    "ONECLAW_BASE_URL",
    "ONECLAW_AGENT_ID",
    "ONECLAW_AGENT_API_KEY",
    "ONECLAW_VAULT_ID",
    "ONECLAW_BLESS",
];
const TEST_PREFIX: &str = "ONECLAW_TEST_";

/// Adds the settings that the environment gives and no flag.
#[expect(
    clippy::disallowed_methods,
    reason = "configuration is read here, once"
)]
pub(crate) fn add_secrets(given: &mut Given) {
    for setting in settings::ALL.iter().filter(|setting| !setting.has_flag()) {
        let variable = setting.variable();
        // Text that is not UTF-8 becomes text that is not base64, and is refused as that.
        let text = std::env::var_os(&variable).map(OsString::into_encoded_bytes);
        let text = text.map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        });
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            given.add(setting, Zeroizing::new(text), Origin::Environment(variable));
        }
    }
}

/// Variables under our prefix that name no setting, which are most likely misspelt. Names only, no values.
#[expect(
    clippy::disallowed_methods,
    reason = "configuration is read here, once"
)]
pub(crate) fn unknown_variables() -> Vec<String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| is_unknown(name))
        .collect()
}

fn is_unknown(name: &str) -> bool {
    name.starts_with("ONECLAW_")
        && !name.starts_with(TEST_PREFIX)
        && !NOT_OURS.contains(&name)
        && !settings::ALL
            .iter()
            .any(|setting| setting.variable() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_under_our_prefix_that_nobody_reads_are_unknown() {
        assert!(is_unknown("ONECLAW_LISTN"));
        for known in [
            "ONECLAW_LISTEN",
            "ONECLAW_MASTER_KEY",
            "ONECLAW_API_KEY",
            "ONECLAW_TEST_X",
            "PATH",
        ] {
            assert!(!is_unknown(known), "{known}");
        }
    }
}
