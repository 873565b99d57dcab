//! What somebody proves something about their account with: a token or code that was given to them.

use crate::Invalid;

/// What a proof is for. Kinds are never taken for each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProofKind {
    /// That the account's address is theirs, by a token from a mail.
    Verification,
    /// That they may set a new password, by a token from a mail.
    Reset,
    /// That the first factor of a login was right, by a token from the login.
    Challenge,
    /// That they proved once more who they are, by a token for one purpose.
    StepUp,
    /// That another address is theirs, by a code from a mail.
    EmailChange,
}

impl ProofKind {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Verification,
        Self::Reset,
        Self::Challenge,
        Self::StepUp,
        Self::EmailChange,
    ];

    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::Reset => "reset",
            Self::Challenge => "challenge",
            Self::StepUp => "step_up",
            Self::EmailChange => "email_change",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or(Invalid::new("must be a kind of proof"))
    }

    /// How long one stands, in seconds (contract 3.1, 3.3, 3.6 and 5).
    pub const fn ttl(self) -> i64 {
        match self {
            Self::Verification => 86_400,
            Self::Reset => 3600,
            Self::Challenge | Self::StepUp => 300,
            Self::EmailChange => 600,
        }
    }

    /// Wrong codes after which one is dead (contract 1.10 and 5).
    pub const TRIES: i64 = 5;
}
