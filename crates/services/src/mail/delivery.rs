//! Emptying the outbox.

use super::mailer::{DeliveryError, Letter};
use super::post::row;
use super::{message, render};
use crate::Refusal;
use crate::core::Core;
use oneclaw_domain::Timestamp;
use oneclaw_storage::{ClaimedMail, MailOutcome};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Mails that one process has under way at once.
const AT_ONCE: i64 = 8;
/// How long one try may take, whatever the mailer does.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a mail is nobody else's, in seconds: well beyond [`PATIENCE`], so that a mail is sent
/// twice only if its process died, or stood still for minutes.
const LEASE: i64 = 180;
/// Wait before the second try, in seconds; it doubles with every further one.
const FIRST_WAIT: i64 = 30;
/// Longest wait between two tries, in seconds.
const LONGEST_WAIT: i64 = 3600;
/// How long a mail is tried, in seconds: four days, the least that RFC 5321 4.5.4.1 names.
const GIVE_UP: i64 = 4 * 86_400;

impl Core {
    /// Delivers what is due, and gives how many mails were handed over. Of several calls at once,
    /// one delivers and the others wait.
    pub(crate) async fn deliver_mail(self: &Arc<Self>) -> Result<u64, Refusal> {
        let _turn = self.outbox.turn().await;
        let mut sent = 0;
        while !self.outbox.is_closing() {
            let (now, holder) = (self.now(), self.seams.ids.next());
            let claimed = self
                .seams
                .store
                .claim_mail(AT_ONCE, holder, now, now.plus_seconds(LEASE))
                .await?;
            if claimed.is_empty() {
                break;
            }
            let mut under_way: JoinSet<bool> = claimed
                .into_iter()
                .map(|mail| Arc::clone(self).carry(mail, holder))
                .collect();
            while let Some(done) = under_way.join_next().await {
                sent += u64::from(matches!(done, Ok(true)));
            }
        }
        Ok(sent)
    }

    /// Tries one mail and says what became of it; tells whether it was handed over.
    async fn carry(self: Arc<Self>, mail: ClaimedMail, holder: Uuid) -> bool {
        let outcome = self.attempt(&mail).await;
        let store = &self.seams.store;
        match store
            .settle_mail(mail.id, holder, outcome, self.now())
            .await
        {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(mail = %mail.id, kind = mail.kind, "a mail was not this process's any more when it was done with");
            }
            // it is tried again when its lease is over
            Err(error) => {
                tracing::warn!(%error, mail = %mail.id, kind = mail.kind, "could not note what became of a mail");
            }
        }
        outcome == MailOutcome::Sent
    }

    async fn attempt(&self, mail: &ClaimedMail) -> MailOutcome {
        if mail.not_after.is_some_and(|end| end <= self.now()) {
            tracing::info!(mail = %mail.id, kind = mail.kind, "a mail is not sent: its time is over");
            return MailOutcome::Expired;
        }
        let Some(letter) = self.letter(mail) else {
            self.integrity_failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(mail = %mail.id, kind = mail.kind, "a mail in the outbox does not open");
            return MailOutcome::Parked;
        };
        let delivering = self.seams.mailer.deliver(&letter);
        let delivered = match tokio::time::timeout(PATIENCE, delivering).await {
            Ok(delivered) => delivered,
            Err(_) => Err(DeliveryError::Later("it took too long".to_owned())),
        };
        match delivered {
            Ok(()) => {
                tracing::debug!(mail = %mail.id, kind = mail.kind, "a mail was delivered");
                MailOutcome::Sent
            }
            Err(DeliveryError::Never(reason)) => {
                tracing::warn!(reason, mail = %mail.id, kind = mail.kind, "a mail cannot be delivered, and is given up");
                MailOutcome::Parked
            }
            Err(DeliveryError::Later(reason)) => self.again(mail, &reason),
        }
    }

    fn again(&self, mail: &ClaimedMail, reason: &str) -> MailOutcome {
        let now = self.now();
        let attempts = mail.attempts;
        if mail.created_at.plus_seconds(GIVE_UP) <= now {
            tracing::warn!(reason, attempts, mail = %mail.id, kind = mail.kind, "a mail could not be delivered for days, and is given up");
            return MailOutcome::Parked;
        }
        let wait = wait_after(attempts);
        tracing::warn!(reason, attempts, wait, mail = %mail.id, kind = mail.kind, "a mail could not be delivered yet");
        MailOutcome::Later(now.plus_seconds(wait))
    }

    fn letter(&self, mail: &ClaimedMail) -> Option<Letter> {
        let plain = self.keys.mac.open(&row(mail.id), &mail.sealed).ok()?;
        let (to, message) = message::read(&plain)?;
        let public_url = &self.settings.public_url;
        let words = render::render(&message, public_url).ok()?;
        Some(Letter {
            id: mail.id,
            message_id: format!("<{}@{}>", mail.id, host(public_url)),
            date: Timestamp::from_millis(mail.created_at.millis()),
            to,
            subject: words.subject,
            text: words.text,
            html: words.html,
        })
    }
}

/// Seconds to wait after so many tries.
fn wait_after(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or_default();
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

/// The host of a URL, without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_03_waits_double_up_to_an_hour() {
        let waits: Vec<i64> = (1..=9).map(wait_after).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(wait_after(i64::MAX), 3600);
        assert_eq!(wait_after(0), 30);
    }

    #[test]
    fn mail_02_message_ids_name_the_host_of_the_public_url() {
        for (url, expected) in [
            ("https://secrets.example.com", "secrets.example.com"),
            (
                "https://secrets.example.com:8443/base",
                "secrets.example.com",
            ),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "::1"),
        ] {
            assert_eq!(host(url), expected);
        }
    }
}
