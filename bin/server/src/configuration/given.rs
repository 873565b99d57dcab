//! What an operator gave, before it is understood: raw text by setting, each with its origin.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::origin::Origin;
use super::setting::Setting;

/// Raw text by setting. The first source that gives a setting wins, so sources are added by rank.
#[derive(Default)]
pub(crate) struct Given(BTreeMap<&'static str, Raw>);

/// One raw value, which may be a secret.
pub(crate) struct Raw {
    pub(crate) text: Zeroizing<String>,
    pub(crate) origin: Origin,
}

impl Given {
    /// Adds a value, unless a source of higher rank gave one.
    pub(crate) fn add(&mut self, setting: &Setting, text: Zeroizing<String>, origin: Origin) {
        self.0.entry(setting.name).or_insert(Raw { text, origin });
    }

    pub(crate) fn get(&self, setting: &Setting) -> Option<&Raw> {
        self.0.get(setting.name)
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
