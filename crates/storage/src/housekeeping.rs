//! What time makes meaningless, and how long it is kept all the same.

use oneclaw_domain::Timestamp;

/// A day, in seconds.
const DAY: i64 = 86_400;

/// A kind of rows that are over at some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Stale {
    /// Windows in which tries are counted.
    Attempts,
    /// Access tokens that were revoked.
    RevokedTokens,
    /// The same of agents.
    RevokedAgentTokens,
    /// Refresh tokens.
    RefreshTokens,
    /// Sessions.
    Sessions,
    /// Accounts that wait for their address to be proved.
    Signups,
    /// What people prove something about their accounts with.
    Proofs,
    /// Devices that ask to be logged in.
    Devices,
    /// Shares.
    Shares,
    /// Agents that ask to be registered.
    Enrollments,
    /// Invitations.
    Invites,
    /// Mails that are done with.
    Mails,
    /// Events of the payment provider that were handled.
    Payments,
    /// Metered requests, one by one.
    UsageEvents,
    /// Those of organizations that are gone.
    LeftUsage,
    /// Versions that will not be read again and are not known as such: not deleted, but noted.
    SpentVersions,
    /// What those hold: emptied, while the version stays and says why it is gone.
    SpentValues,
}

impl Stale {
    /// Each, in the order in which they are tidied up: what belongs to something goes before it.
    pub const ALL: [Self; 17] = [
        Self::Attempts,
        Self::RevokedTokens,
        Self::RevokedAgentTokens,
        Self::RefreshTokens,
        Self::Sessions,
        Self::Signups,
        Self::Proofs,
        Self::Devices,
        Self::Shares,
        Self::Enrollments,
        Self::Invites,
        Self::Mails,
        Self::Payments,
        Self::UsageEvents,
        Self::LeftUsage,
        Self::SpentVersions,
        Self::SpentValues,
    ];

    /// Its name, for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::RevokedTokens => "revoked_tokens",
            Self::RevokedAgentTokens => "revoked_agent_tokens",
            Self::RefreshTokens => "refresh_tokens",
            Self::Sessions => "sessions",
            Self::Signups => "signups",
            Self::Proofs => "proofs",
            Self::Devices => "devices",
            Self::Shares => "shares",
            Self::Enrollments => "enrollments",
            Self::Invites => "invites",
            Self::Mails => "mails",
            Self::Payments => "payments",
            Self::UsageEvents => "usage_events",
            Self::LeftUsage => "left_usage",
            Self::SpentVersions => "spent_versions",
            Self::SpentValues => "spent_values",
        }
    }

    /// What it is, for people.
    pub const fn described(self) -> &'static str {
        match self {
            Self::Attempts => "counters of tries (`attempts`), from the end of their window",
            Self::RevokedTokens => {
                "revoked access tokens (`revoked_tokens`), from the end of the token"
            }
            Self::RevokedAgentTokens => "the same of agents (`revoked_agent_tokens`)",
            Self::RefreshTokens => "refresh tokens (`refresh_tokens`), from their end",
            Self::Sessions => "sessions (`sessions`), from their end",
            Self::Signups => {
                "accounts whose address was never proved (`pending_signups`), from the end of the link"
            }
            Self::Proofs => {
                "mailed links, challenges and step-ups (`account_proofs`), from their end"
            }
            Self::Devices => "devices that asked to be let in (`device_grants`), from their end",
            Self::Shares => "shares (`shares`), from their end",
            Self::Enrollments => {
                "agents that asked to be registered (`enrollments`), from the end of the request"
            }
            Self::Invites => "invitations (`invites`), from their end",
            Self::Mails => {
                "that a mail was sent or given up (`mail_outbox`), from then on; what it said is emptied at once"
            }
            Self::Payments => {
                "ids of the payment provider's events (`payment_events`), from when they were handled"
            }
            Self::UsageEvents => {
                "metered requests one by one (`usage_events`); the months' sums stay"
            }
            Self::LeftUsage => "the same of an organization that was deleted, from then on",
            Self::SpentVersions => {
                "that a version is expired, used up, disabled or deleted is noted with the next round"
            }
            Self::SpentValues => {
                "values of versions that are expired, used up, disabled or deleted, from when that was noted; the version stays, without its value"
            }
        }
    }

    /// How long it is kept after its end, in seconds, where no setting says otherwise. What stands
    /// for minutes or hours is kept a day, and what stands for longer 30 days, so that who asks late
    /// is told that it is over.
    pub const fn kept_seconds(self) -> i64 {
        match self {
            Self::Attempts
            | Self::RefreshTokens
            | Self::Sessions
            | Self::LeftUsage
            | Self::SpentVersions => 0,
            Self::Signups | Self::Proofs | Self::Devices => DAY,
            // what was revoked stays so where a clock that was ahead is put right
            Self::RevokedTokens
            | Self::RevokedAgentTokens
            | Self::Shares
            | Self::Enrollments
            | Self::Invites
            | Self::Mails
            | Self::Payments
            | Self::SpentValues => 30 * DAY,
            // thirteen months and a bit: a year can be held against the one before
            Self::UsageEvents => 400 * DAY,
        }
    }

    /// What ended at this moment, or before, is not kept at `now`.
    #[must_use]
    pub fn ended_before(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.kept_seconds())
    }
}
