//! What a setting is: one name, from which its flag and its environment variable follow.

/// One thing that an operator can set.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name, which is its key in the file: `tokens.user_ttl`.
    pub(crate) name: &'static str,
    /// Under which heading `--help` and the documentation list it.
    pub(crate) group: &'static str,
    /// What its value stands for in `--help`, with the unit: `SECONDS`.
    pub(crate) value: &'static str,
    /// The default in words, as `--help` shows it.
    pub(crate) default: &'static str,
    /// A value that would do, for the line that refuses one that does not.
    pub(crate) example: &'static str,
    /// What it is for.
    pub(crate) help: &'static str,
    /// Where it may be given.
    pub(crate) places: Places,
}

/// Where a setting may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// As a flag, in the environment and in the file.
    Anywhere,
    /// As a flag and in the environment: it decides where the file is.
    OutsideFile,
    /// In the environment alone: it is a secret, and flags show in the list of processes.
    Environment,
    /// In the environment and in the file: it is a secret, and flags show in the list of processes.
    NoFlag,
}

impl Setting {
    /// Its flag without the dashes: `tokens-user-ttl`.
    pub(crate) fn flag(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }

    /// Its environment variable: `ONECLAW_TOKENS_USER_TTL`.
    pub(crate) fn variable(&self) -> String {
        format!(
            "ONECLAW_{}",
            self.name.replace('.', "_").to_ascii_uppercase()
        )
    }

    /// Whether `--flag` sets it.
    pub(crate) fn has_flag(&self) -> bool {
        matches!(self.places, Places::Anywhere | Places::OutsideFile)
    }

    /// Whether its value is a secret, which is never shown.
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self.places, Places::Environment | Places::NoFlag)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::configuration::settings::ALL;

    #[test]
    fn names_follow_from_one_another() {
        let setting = ALL
            .iter()
            .find(|one| one.name == "tokens.user_ttl")
            .unwrap();
        assert_eq!(setting.flag(), "tokens-user-ttl");
        assert_eq!(setting.variable(), "ONECLAW_TOKENS_USER_TTL");
    }

    #[test]
    fn no_two_settings_share_a_name() {
        let flags: BTreeSet<_> = ALL.iter().map(|one| one.flag()).collect();
        let variables: BTreeSet<_> = ALL.iter().map(|one| one.variable()).collect();
        assert_eq!((flags.len(), variables.len()), (ALL.len(), ALL.len()));
    }

    #[test]
    fn every_setting_says_what_it_is() {
        for one in ALL {
            for words in [one.group, one.value, one.default, one.example, one.help] {
                assert!(!words.is_empty(), "{}", one.name);
            }
            assert!(
                !one.help.contains('|'),
                "{} would break the table",
                one.name
            );
        }
    }
}
