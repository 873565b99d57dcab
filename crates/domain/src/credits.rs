//! Prepaid credits: what was bought, what is left, and the ledger that always adds up.

use crate::{CreditEntryId, CreditLotId, Invalid, MicroUsd, Timestamp};

/// How long credits last, in months (contract 16.4).
pub const CREDIT_MONTHS: i64 = 12;

/// Credits that were bought or given at one time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CreditLot {
    /// Its id.
    pub id: CreditLotId,
    /// How much it was.
    pub granted: MicroUsd,
    /// How much is left of it.
    pub left: MicroUsd,
    /// When it was made; of those that end together the oldest is spent first.
    pub created_at: Timestamp,
    /// From when on it cannot be spent; what ends first is spent first.
    pub expires_at: Timestamp,
}

/// What moved credits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each name is the word on the wire")]
pub enum CreditKind {
    Topup,
    Usage,
    Expiry,
    Adjustment,
}

impl CreditKind {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Topup => "topup",
            Self::Usage => "usage",
            Self::Expiry => "expiry",
            Self::Adjustment => "adjustment",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "topup" => Ok(Self::Topup),
            "usage" => Ok(Self::Usage),
            "expiry" => Ok(Self::Expiry),
            "adjustment" => Ok(Self::Adjustment),
            _ => Err(Invalid::new("must be topup, usage, expiry or adjustment")),
        }
    }
}

/// One line of the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditEntry {
    /// Its id.
    pub id: CreditEntryId,
    /// What moved credits.
    pub kind: CreditKind,
    /// How much; what was spent or ended is below zero.
    pub amount: MicroUsd,
    /// The sum of all lines up to this one.
    pub balance: MicroUsd,
    /// For people.
    pub description: String,
    /// When.
    pub created_at: Timestamp,
}

/// How much credit there is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Credits {
    /// What can be spent.
    pub balance: MicroUsd,
    /// What is left of each purchase that has not ended, the first to end first.
    pub lots: Vec<CreditLot>,
}
