//! The one error of every parser in this crate.

use std::borrow::Cow;

/// Why a value was refused, in words that a person can act on.
///
/// Never holds the refused value: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(Cow<'static, str>);

impl Invalid {
    /// A fixed reason.
    pub const fn new(reason: &'static str) -> Self {
        Self(Cow::Borrowed(reason))
    }

    /// A reason that names a limit.
    pub fn because(reason: String) -> Self {
        Self(Cow::Owned(reason))
    }

    /// The reason alone.
    pub fn reason(&self) -> &str {
        &self.0
    }
}
