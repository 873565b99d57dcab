//! Lists in pages.

use crate::Invalid;

/// How many rows a page may have: 1 to 1000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageSize(u16);

impl PageSize {
    /// The largest page, and the step in which a complete list is read.
    pub const MAX: Self = Self(1000);

    /// Checks a size.
    ///
    /// # Errors
    /// Out of bounds: never clamped in silence.
    pub fn new(size: i64) -> Result<Self, Invalid> {
        match u16::try_from(size) {
            Ok(size @ 1..=1000) => Ok(Self(size)),
            _ => Err(Invalid::new("must be a whole number from 1 to 1000")),
        }
    }

    /// Rows.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

/// Some rows of a list, and whether there are more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Whether the list goes on behind the last row.
    pub more: bool,
}

impl<T> Page<T> {
    /// Cuts a result that was asked for with one row more than the page.
    pub fn cut(mut rows: Vec<T>, size: PageSize) -> Self {
        let more = rows.len() > size.get();
        rows.truncate(size.get());
        Self { items: rows, more }
    }
}
