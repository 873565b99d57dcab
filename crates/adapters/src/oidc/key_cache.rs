//! An issuer's keys, kept for as long as the issuer says.

use super::fetch::{FetchError, KeySource};
use oneclaw_domain::Timestamp;
use oneclaw_services::{IdentityError, IssuerKeys};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// Keys are good for so long at least and at most, in seconds, whatever the issuer says.
const MAX_AGE: (i64, i64) = (60, 86_400);
/// How long keys serve beyond their time where no newer ones can be had, in seconds.
const GRACE: i64 = 3600;
/// How long after one question the next may come, in seconds, so that tokens with invented keys make
/// no flood of them.
const PAUSE: i64 = 60;
/// The same where there are no keys at all: a caller that hears 503 is told to come back after 5
/// seconds.
const PAUSE_WITHOUT_KEYS: i64 = 5;

/// The keys of one issuer.
pub(super) struct KeyCache {
    source: KeySource,
    known: Mutex<Known>,
    /// Whose turn it is to ask; others wait for that answer.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What the last questions brought.
#[derive(Default)]
struct Known {
    keys: Option<Kept>,
    asked_at: Option<Timestamp>,
    /// Why the last question brought nothing.
    failure: Option<String>,
}

struct Kept {
    keys: Arc<IssuerKeys>,
    /// When newer ones are to be asked for.
    stale_at: Timestamp,
}

impl KeyCache {
    pub(super) fn new(source: KeySource) -> Self {
        Self {
            source,
            known: Mutex::default(),
            turn: Arc::default(),
        }
    }

    /// The keys by which a token that names `kid` is to be judged; that one need not be among them.
    ///
    /// # Errors
    /// There are none, and none can be had.
    pub(super) async fn keys_for(
        self: &Arc<Self>,
        kid: &str,
        now: Timestamp,
    ) -> Result<Arc<IssuerKeys>, IdentityError> {
        if let Some(keys) = self.known().good_for(kid, now) {
            return Ok(keys);
        }
        // who waited finds what the one before brought
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if self.known().asks_for(kid, now) {
            // in a task of its own, which keeps the turn: a caller who hangs up takes no answer
            // away from those who wait
            let asking = Arc::clone(self).ask(turn, now);
            let _ended = tokio::spawn(asking).await;
        }
        self.known().usable(now)
    }

    async fn ask(self: Arc<Self>, _turn: OwnedMutexGuard<()>, now: Timestamp) {
        self.known().asked_at = Some(now);
        let answer = self.source.fetch().await;
        self.known().learn(answer, now);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The keys, if `kid` is among them and their time is not over.
    fn good_for(&self, kid: &str, now: Timestamp) -> Option<Arc<IssuerKeys>> {
        let good = |kept: &&Kept| now < kept.stale_at && kept.keys.has(kid);
        let kept = self.keys.as_ref().filter(good)?;
        Some(Arc::clone(&kept.keys))
    }

    /// Whether the issuer is to be asked before a token that names `kid` is judged.
    fn asks_for(&self, kid: &str, now: Timestamp) -> bool {
        if self.good_for(kid, now).is_some() {
            return false;
        }
        let pause = match self.usable(now) {
            Ok(_) => PAUSE,
            Err(_) => PAUSE_WITHOUT_KEYS,
        };
        self.asked_at
            .is_none_or(|asked| asked.plus_seconds(pause) <= now)
    }

    fn usable(&self, now: Timestamp) -> Result<Arc<IssuerKeys>, IdentityError> {
        let in_time = |kept: &&Kept| now < kept.stale_at.plus_seconds(GRACE);
        if let Some(kept) = self.keys.as_ref().filter(in_time) {
            return Ok(Arc::clone(&kept.keys));
        }
        let failure = self.failure.clone();
        let unknown = || "they were never asked for".to_owned();
        Err(IdentityError::Unavailable(failure.unwrap_or_else(unknown)))
    }

    fn learn(&mut self, answer: Result<super::fetch::Fetched, FetchError>, now: Timestamp) {
        match answer {
            Ok(fetched) => {
                let (least, most) = MAX_AGE;
                let stale_at = now.plus_seconds(fetched.max_age.clamp(least, most));
                let keys = Arc::new(fetched.keys);
                self.keys = Some(Kept { keys, stale_at });
                self.failure = None;
            }
            Err(error) => self.failure = Some(error.to_string()),
        }
    }
}
