//! The fields of a body or query, parsed together.

use super::Given;
use oneclaw_domain::Invalid;
use oneclaw_services::{Change, FieldError, Refusal};

/// Gathers what is wrong with each field, so that one answer names them all.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A field that must be there. `None` means that something is wrong with it.
    pub fn required<T, U>(
        &mut self,
        name: &'static str,
        given: Given<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<U> {
        match given {
            Given::Absent | Given::Null => self.refuse(name, &Invalid::new("is required")),
            Given::Wrong(expected) => self.refuse(name, &Invalid::new(expected)),
            Given::Value(value) => self.check(name, parse(value)),
        }
    }

    /// A field that may be left out. The outer `None` means that something is wrong with it, the
    /// inner one that it was left out or `null`.
    pub fn optional<T, U>(
        &mut self,
        name: &'static str,
        given: Given<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<Option<U>> {
        match given {
            Given::Absent | Given::Null => Some(None),
            Given::Wrong(expected) => self.refuse(name, &Invalid::new(expected)),
            Given::Value(value) => self.check(name, parse(value)).map(Some),
        }
    }

    /// A field that may be left out, and that `null` clears. `None` means that something is wrong
    /// with it.
    pub fn clearable<T, U>(
        &mut self,
        name: &'static str,
        given: Given<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<Change<U>> {
        match given {
            Given::Absent => Some(Change::Keep),
            Given::Null => Some(Change::Clear),
            Given::Wrong(expected) => self.refuse(name, &Invalid::new(expected)),
            Given::Value(value) => self.check(name, parse(value)).map(Change::Set),
        }
    }

    /// What a parser made of a field.
    pub fn check<U>(&mut self, name: &'static str, parsed: Result<U, Invalid>) -> Option<U> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => self.refuse(name, &invalid),
        }
    }

    /// Refuses a field.
    pub fn refuse<U>(&mut self, name: &'static str, invalid: &Invalid) -> Option<U> {
        self.0.push(FieldError::new(name, invalid));
        None
    }

    /// Builds the command from the parsed fields, if nothing was wrong:
    /// `fields.finish(|| Some(Signup { email: email?, name: name? }))`.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Refusal> {
        match build() {
            Some(command) if self.0.is_empty() => Ok(command),
            _ => Err(Refusal::Invalid(self.0)),
        }
    }
}
