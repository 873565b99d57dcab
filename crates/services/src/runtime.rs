//! The settings that change while servers run: what an administrator stored stands over what the
//! configuration says, on every instance within two seconds.

use crate::admin::KnownSetting;
use crate::core::Core;
use crate::settings::{Settings, SignupMode};
use oneclaw_domain::{Tier, Timestamp};
use oneclaw_storage::{ChangedSetting, StorageError};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Least time between two looks at the store, in seconds.
const LOOK_AGAIN: i64 = 1;

/// What holds now.
#[derive(Clone, Debug)]
pub(crate) struct InForce {
    pub(crate) signup_mode: SignupMode,
    /// `None` = where mail reaches people.
    pub(crate) require_email_verification: Option<bool>,
    /// The plan of who was given none; `None` = what is configured.
    pub(crate) default_tier: Option<Tier>,
    /// Whether nothing is answered but how the server is, and administration.
    pub(crate) maintenance: bool,
}

/// What is configured, what was stored over it, and when that was last looked at.
pub(crate) struct Runtime {
    configured: InForce,
    in_force: RwLock<Arc<InForce>>,
    looked_at: AtomicI64,
    /// Held while the store is read: what was read first is not written last.
    looking: Mutex<()>,
}

impl Runtime {
    /// What the configuration says.
    pub(crate) fn new(settings: &Settings) -> Self {
        let configured = InForce {
            signup_mode: settings.signup_mode,
            require_email_verification: settings.require_email_verification,
            default_tier: None,
            maintenance: false,
        };
        Self {
            in_force: RwLock::new(Arc::new(configured.clone())),
            configured,
            looked_at: AtomicI64::new(0),
            looking: Mutex::new(()),
        }
    }

    /// What holds now.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it is time to look again, by the machine's own clock; then that is noted, so that
    /// others do not.
    fn is_due(&self, now: Timestamp) -> bool {
        let last = self.looked_at.swap(now.seconds(), Ordering::Relaxed);
        !(0..LOOK_AGAIN).contains(&(now.seconds() - last))
    }
}

impl Core {
    /// Who may sign up now.
    pub(crate) fn signup_mode(&self) -> SignupMode {
        self.runtime.in_force().signup_mode
    }

    /// Reads the settings that were changed, unless that was done within the last second. Where the
    /// store does not answer, what was known goes on. Not inside a unit of work, which holds a
    /// connection already.
    pub(crate) async fn keep_up_settings(&self) {
        // not by the services' clock: where that stands still, maintenance must still end
        if self.runtime.is_due(self.clock.machine())
            && let Err(error) = self.reload_settings().await
        {
            tracing::warn!(%error, "could not look for changed settings");
        }
    }

    /// Goes by settings that were changed here just now. They stand in the store whatever becomes of
    /// this: where they cannot be read, the next look finds them.
    pub(crate) async fn settings_changed(&self) {
        if let Err(error) = self.reload_settings().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "changed settings hold here a moment later"
            );
        }
    }

    /// Reads the settings that were changed: they hold here from now on.
    pub(crate) async fn reload_settings(&self) -> Result<(), StorageError> {
        let runtime = &self.runtime;
        let _alone = runtime.looking.lock().await;
        let mut reader = self.seams.store.read().await?;
        let known = KnownSetting::KEYS;
        let stored = reader.installation().settings_named(&known).await?;
        let in_force = over(&runtime.configured, &stored);
        self.tariff.set_default_tier(in_force.default_tier);
        let place = runtime.in_force.write();
        *place.unwrap_or_else(PoisonError::into_inner) = Arc::new(in_force);
        Ok(())
    }
}

/// What is configured, with what was stored over it. A known key with a value that means nothing
/// here, from another version or another hand, is taken for the strictest that there is.
fn over(configured: &InForce, stored: &[ChangedSetting]) -> InForce {
    let mut in_force = configured.clone();
    for setting in stored {
        match KnownSetting::of(&setting.key) {
            None => {}
            Some(KnownSetting::SignupMode) => {
                let mode = KnownSetting::signup_mode(&setting.value);
                in_force.signup_mode = mode.unwrap_or(SignupMode::Closed);
            }
            Some(KnownSetting::RequireEmailVerification) => {
                let on = KnownSetting::switch(&setting.value).unwrap_or(true);
                in_force.require_email_verification = Some(on);
            }
            Some(KnownSetting::DefaultTier) => {
                let tier = Tier::parse(&setting.value).unwrap_or(Tier::Free);
                in_force.default_tier = Some(tier);
            }
            Some(KnownSetting::MaintenanceMode) => {
                in_force.maintenance = KnownSetting::switch(&setting.value).unwrap_or(true);
            }
        }
    }
    in_force
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(key: &str, value: &str) -> ChangedSetting {
        ChangedSetting {
            key: key.to_owned(),
            value: value.to_owned(),
            updated_by: None,
            updated_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_strictest() {
        let configured = Runtime::new(&Settings::default()).configured;
        let keys = [
            "signup.mode",
            "signup.require_email_verification",
            "billing.default_tier",
            "maintenance_mode",
            "unknown",
        ];
        let broken = keys.map(|key| stored(key, "?"));
        let in_force = over(&configured, &broken);
        assert_eq!(in_force.signup_mode, SignupMode::Closed);
        assert_eq!(in_force.require_email_verification, Some(true));
        assert_eq!(in_force.default_tier, Some(Tier::Free));
        assert!(in_force.maintenance);

        let nothing = over(&configured, &[]);
        assert_eq!(nothing.signup_mode, SignupMode::Open);
        assert_eq!(nothing.default_tier, None);
        assert!(!nothing.maintenance);
    }
}
