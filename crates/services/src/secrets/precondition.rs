//! What must hold of a path before it is changed (RFC 9110 13.1).

use crate::Refusal;
use oneclaw_domain::VersionNumber;

/// What must hold of a path before it is changed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// It is there, at one of these versions (`If-Match: "3"`).
    Version(Vec<VersionNumber>),
    /// It is there (`If-Match: *`).
    Exists,
    /// It is not there (`If-None-Match: *`).
    Absent,
}

impl Precondition {
    /// Holds it against the newest live version.
    pub(super) fn check(&self, live: Option<VersionNumber>) -> Result<(), Refusal> {
        let holds = match self {
            Self::None => true,
            Self::Version(wanted) => live.is_some_and(|live| wanted.contains(&live)),
            Self::Exists => live.is_some(),
            Self::Absent => live.is_none(),
        };
        if holds {
            Ok(())
        } else {
            Err(Refusal::PreconditionFailed)
        }
    }
}
