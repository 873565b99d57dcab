//! What a round of housekeeping does, one after the other, in small steps each.

use oneclaw_storage::Stale;

/// One part of a round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Task {
    /// Rows of a kind whose time is over.
    Take(Stale),
    /// Credits whose time is over are booked off.
    ExpireCredits,
    /// Mails about credits that end soon.
    RemindOfCredits,
    /// Audit events that are older than is to be kept.
    PruneAudit,
}

impl Task {
    /// Each, in their order.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let others = [Self::ExpireCredits, Self::RemindOfCredits, Self::PruneAudit];
        Stale::ALL.into_iter().map(Self::Take).chain(others)
    }

    /// Whether what it does is counted with the rows that were tidied up.
    pub(super) const fn takes_rows(self) -> bool {
        matches!(self, Self::Take(_))
    }

    /// Its name, for the log.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Take(stale) => stale.name(),
            Self::ExpireCredits => "expire_credits",
            Self::RemindOfCredits => "remind_of_credits",
            Self::PruneAudit => "prune_audit",
        }
    }
}
