//! Names and values of the settings that change while servers run (contract 25).

use crate::settings::SignupMode;
use oneclaw_domain::{Invalid, SettingText, Tier};

/// A setting's name: 1 to 64 characters of `a-z`, `0-9`, `_` and `.`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingKey(String);

/// A setting's value, fit for its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingValue(SettingText);

/// The settings that have an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KnownSetting {
    SignupMode,
    RequireEmailVerification,
    DefaultTier,
    MaintenanceMode,
}

impl SettingKey {
    /// Reads a name.
    ///
    /// # Errors
    /// Out of bounds, or another character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.".contains(&b);
        if (1..=64).contains(&text.len()) && text.bytes().all(is_good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(
                "must be 1 to 64 characters of a-z, 0-9, _ and .",
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a change of it has an effect.
    pub fn is_known(&self) -> bool {
        KnownSetting::of(&self.0).is_some()
    }
}

impl SettingValue {
    /// Reads a value for a name.
    ///
    /// # Errors
    /// Too long, characters that lie about what is shown, or what a known name does not take.
    pub fn parse(key: &SettingKey, text: &str) -> Result<Self, Invalid> {
        let value = SettingText::parse(text)?;
        match KnownSetting::of(key.as_str()) {
            None => {}
            Some(KnownSetting::SignupMode) => drop(KnownSetting::signup_mode(text)?),
            Some(KnownSetting::DefaultTier) => drop(Tier::parse(text)?),
            Some(KnownSetting::RequireEmailVerification | KnownSetting::MaintenanceMode) => {
                KnownSetting::switch(text).map(drop)?;
            }
        }
        Ok(Self(value))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl KnownSetting {
    /// Their names.
    pub(crate) const KEYS: [&str; 4] = [
        "signup.mode",
        "signup.require_email_verification",
        "billing.default_tier",
        "maintenance_mode",
    ];

    /// The setting of a name; `None` = it has no effect.
    pub(crate) fn of(key: &str) -> Option<Self> {
        match key {
            "signup.mode" => Some(Self::SignupMode),
            "signup.require_email_verification" => Some(Self::RequireEmailVerification),
            "billing.default_tier" => Some(Self::DefaultTier),
            "maintenance_mode" => Some(Self::MaintenanceMode),
            _ => None,
        }
    }

    /// Reads who may sign up, in the configuration's words.
    pub(crate) fn signup_mode(text: &str) -> Result<SignupMode, Invalid> {
        match text {
            "open" => Ok(SignupMode::Open),
            "invite" => Ok(SignupMode::Invite),
            "closed" => Ok(SignupMode::Closed),
            _ => Err(Invalid::new("must be open, invite or closed")),
        }
    }

    /// Reads what is on or off.
    pub(crate) fn switch(text: &str) -> Result<bool, Invalid> {
        match text {
            "true" | "on" => Ok(true),
            "false" | "off" => Ok(false),
            _ => Err(Invalid::new("must be true or false")),
        }
    }
}
