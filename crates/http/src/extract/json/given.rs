//! A field of a body, read without ever failing, so that every wrong field can be named at once.

use super::Shape;
use serde::{Deserialize, Deserializer};

/// What a body says about one field.
#[derive(Debug, Default)]
pub enum Given<T> {
    /// Nothing.
    #[default]
    Absent,
    /// `null`: absent, except where a row of the contract says that it clears.
    Null,
    /// Something of the wrong type; the text says what would be right.
    Wrong(&'static str),
    /// A value of the right type.
    Value(T),
}

impl<T> Given<T> {
    /// Whether there is something other than `null`.
    pub const fn is_given(&self) -> bool {
        matches!(self, Self::Wrong(_) | Self::Value(_))
    }

    /// This, or what an alias of the field says.
    #[must_use]
    pub fn or(self, alias: Self) -> Self {
        if self.is_given() { self } else { alias }
    }
}

impl<'de, T: Shape> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }
}
