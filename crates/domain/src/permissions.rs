//! What a grant gives or takes, and how it weighs against others.

use crate::Invalid;

/// One thing that a grant can allow or deny (contract 4.4). Ordered as the wire lists them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Permission {
    /// Value, metadata and versions.
    Read,
    /// New values; also deletes and rotates. Does not imply [`Permission::Read`].
    Write,
    /// Deletes paths and disables versions.
    Delete,
    /// Lets the server make a new value.
    Rotate,
}

impl Permission {
    const EVERY: [Self; 4] = [Self::Read, Self::Write, Self::Delete, Self::Rotate];

    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Rotate => "rotate",
        }
    }

    /// Reads the word. Case matters.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::EVERY
            .into_iter()
            .find(|permission| permission.as_str() == text)
            .ok_or(Invalid::new("must be read, write, delete or rotate"))
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of permissions that is never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Permissions(u8);

impl Permissions {
    /// All four.
    pub const ALL: Self = Self(0b1111);

    /// Reads a list of words; `*` alone is all four. Saying one twice is saying it once.
    ///
    /// # Errors
    /// An empty list and unknown words; the reason names what there is.
    pub fn parse(words: &[String]) -> Result<Self, Invalid> {
        if let [word] = words
            && word == "*"
        {
            return Ok(Self::ALL);
        }
        let read: Result<Vec<Permission>, Invalid> =
            words.iter().map(|word| Permission::parse(word)).collect();
        read.ok()
            .and_then(|list| Self::of(&list))
            .ok_or(Invalid::new(
                "must be at least one of read, write, delete and rotate, or `*` alone for all four",
            ))
    }

    /// These; `None` for no permission at all.
    pub fn of(list: &[Permission]) -> Option<Self> {
        let bits = list.iter().fold(0, |bits, one| bits | one.bit());
        (bits != 0).then_some(Self(bits))
    }

    /// Whether this one is in.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether at least one of these is in.
    pub fn any_of(self, list: &[Permission]) -> bool {
        list.iter().any(|one| self.contains(*one))
    }

    /// Each of them, in the order read, write, delete, rotate.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::EVERY
            .into_iter()
            .filter(move |permission| self.contains(*permission))
    }
}

/// Whether a grant gives or takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Gives.
    Allow,
    /// Takes; wins over [`Effect::Allow`] of the same priority.
    Deny,
}

impl Effect {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// Reads the word. Case matters.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err(Invalid::new("must be allow or deny")),
        }
    }
}

/// Which of several fitting grants is asked: the highest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Priority(i64);

impl Priority {
    /// The highest there is. Ours: the contract says only that it is a number from 0 on.
    const MAX: i64 = 1_000_000;

    /// Checks a priority.
    ///
    /// # Errors
    /// Below 0 or above 1,000,000.
    pub fn parse(number: i64) -> Result<Self, Invalid> {
        if (0..=Self::MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Invalid::because(format!(
                "must be a whole number from 0 to {}",
                Self::MAX
            )))
        }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Permissions, Invalid> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Permissions::parse(&words)
    }

    #[test]
    fn pol_07_words_that_are_no_permissions() {
        for bad in [
            &[][..],
            &["READ"],
            &["admin"],
            &["read", "list"],
            &["read", "*"],
            &[""],
        ] {
            let why = read(bad).unwrap_err();
            assert!(
                why.reason().contains("read, write, delete and rotate"),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_set_lists_itself_in_one_order() {
        let shown = |set: Permissions| set.iter().map(Permission::as_str).collect::<Vec<_>>();
        assert_eq!(
            shown(read(&["rotate", "read", "rotate"]).unwrap()),
            ["read", "rotate"]
        );
        assert_eq!(read(&["*"]).unwrap(), Permissions::ALL);
        assert_eq!(
            shown(Permissions::ALL),
            ["read", "write", "delete", "rotate"]
        );
        assert_eq!(Permissions::of(&[]), None);
    }

    #[test]
    fn pol_01_write_is_not_read() {
        let write = read(&["write"]).unwrap();
        assert!(!write.contains(Permission::Read));
        assert!(write.any_of(&[Permission::Delete, Permission::Write]));
        assert!(!write.any_of(&[Permission::Read, Permission::Rotate]));
        assert!(!write.any_of(&[]));
    }

    #[test]
    fn priorities_have_bounds() {
        assert_eq!(Priority::parse(1_000_000).unwrap().get(), 1_000_000);
        assert!(Priority::parse(0).unwrap() < Priority::parse(1).unwrap());
        assert!(Priority::parse(-1).is_err());
        assert!(Priority::parse(1_000_001).is_err());
    }
}
