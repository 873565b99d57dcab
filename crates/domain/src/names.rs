//! Texts that people see: bounded, and free of characters that lie about what is shown.

use crate::Invalid;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Checks length (in characters) and content.
            ///
            /// # Errors
            /// Out of bounds, blank where something is needed, control characters, or characters
            /// that reorder text (Unicode bidirectional controls).
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                check(text, $min, $max)?;
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
}

names! {
    /// A person's name, 1 to 100 characters.
    DisplayName 1..=100;
    /// An organization's name, 1 to 100 characters.
    OrgName 1..=100;
    /// What a vault is for, at most 1000 characters.
    Description 0..=1000;
    /// What an API key is for, 1 to 100 characters.
    ApiKeyName 1..=100;
    /// An agent's name, 1 to 255 characters; need not be unique.
    AgentName 1..=255;
    /// The environment an agent is tagged with, 1 to 64 characters.
    Environment 1..=64;
    /// What an IP rule is for, at most 255 characters.
    RuleLabel 0..=255;
    /// The value of a setting that changes while servers run, at most 4096 characters.
    SettingText 0..=4096;
    /// What a line of a credit ledger says, at most 255 characters.
    CreditNote 0..=255;
    /// What a device that asks to be logged in calls itself, 1 to 64 characters.
    DeviceClient 1..=64;
}

/// A vault's name, 1 to 255 characters; names need not be unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultName(String);

impl VaultName {
    /// Checks a name that a caller chose.
    ///
    /// # Errors
    /// As for other names, and names that start with `__`: those are the system's own.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check(text, 1, 255)?;
        if text.trim().starts_with("__") {
            return Err(Invalid::new("names that start with `__` are reserved"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name of the vault that keeps the private halves of agents' identity keys (contract 4.2).
    pub fn agent_keys() -> Self {
        Self("__agent-keys".to_owned())
    }

    /// A name that the system gave, as it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str, min: usize, max: usize) -> Result<(), Invalid> {
    if text.chars().any(is_deceptive) {
        return Err(Invalid::new(
            "must not contain control characters, text direction marks or invisible characters",
        ));
    }
    if text.chars().count() > max {
        return Err(Invalid::because(format!(
            "must be at most {max} characters"
        )));
    }
    if min > 0 && text.trim().is_empty() {
        return Err(Invalid::new("must not be empty"));
    }
    Ok(())
}

/// Controls, the characters of UAX #9 that reorder what a reader sees, and those without width that
/// make two names look like one.
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_04_names_do_not_lie() {
        for bad in [
            "a\0b",
            "a\nb",
            "\u{7f}",
            "x\u{202e}y",
            "x\u{2066}y",
            "",
            "   ",
        ] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Description::parse("").is_ok());
        assert!(DisplayName::parse(&"é".repeat(100)).is_ok());
        assert!(DisplayName::parse(&"é".repeat(101)).is_err());
    }

    #[test]
    fn ten_06_reserved_vault_names() {
        for bad in [
            "__agent-keys",
            "__x",
            " __agent-keys",
            "\u{feff}__x",
            "\u{200b}__x",
        ] {
            assert!(VaultName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(VaultName::parse("_x").is_ok());
    }
}
