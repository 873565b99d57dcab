//! What a credential was limited to when it was made.

use crate::Invalid;

/// Most scopes on one credential (contract 13).
const MAX_SCOPES: usize = 100;
/// Longest scope in characters (contract 13).
const MAX_LEN: usize = 256;

/// What an operation does, as scope labels name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Shows vaults: `vault:read`.
    VaultRead,
    /// Makes or changes vaults: `vault:write`.
    VaultWrite,
    /// Deletes vaults: `vault:delete`, or `vault:write`.
    VaultDelete,
    /// Shows secrets: `secret:read`.
    SecretRead,
    /// Writes or rotates secrets: `secret:write`.
    SecretWrite,
    /// Deletes secrets: `secret:delete`, or `secret:write`.
    SecretDelete,
}

/// The scopes of a credential. Empty = everything its owner may do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Checks the number and the length of scopes. Unknown ones are kept and allow nothing.
    ///
    /// # Errors
    /// More than 100, longer than 256 characters, empty, or with control characters.
    pub fn parse(scopes: Vec<String>) -> Result<Self, Invalid> {
        if scopes.len() > MAX_SCOPES {
            return Err(Invalid::because(format!(
                "must be at most {MAX_SCOPES} scopes"
            )));
        }
        let bad = |s: &String| {
            s.is_empty() || s.chars().count() > MAX_LEN || s.chars().any(crate::names::is_deceptive)
        };
        if scopes.iter().any(bad) {
            return Err(Invalid::because(format!(
                "each scope must be 1 to {MAX_LEN} characters without control characters"
            )));
        }
        Ok(Self(scopes))
    }

    /// The scopes as they were stored.
    pub fn stored(scopes: Vec<String>) -> Self {
        Self(scopes)
    }

    /// The scopes as they were given.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether nothing was limited.
    pub fn is_unlimited(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the labels allow an operation. Scopes that nobody understands never mean
    /// "no limit": where any scope is set, a label must name the operation.
    pub fn allow(&self, operation: Operation) -> bool {
        self.is_unlimited() || self.0.iter().any(|label| label_allows(label, operation))
    }
}

fn label_allows(label: &str, operation: Operation) -> bool {
    let Some((noun, verb)) = label.split_once([':', '.']) else {
        return false;
    };
    let (is_vault, verbs): (bool, &[&str]) = match operation {
        Operation::VaultRead => (true, &["read"]),
        Operation::VaultWrite => (true, &["write"]),
        Operation::VaultDelete => (true, &["write", "delete"]),
        Operation::SecretRead => (false, &["read"]),
        Operation::SecretWrite => (false, &["write"]),
        Operation::SecretDelete => (false, &["write", "delete"]),
    };
    let nouns: &[&str] = if is_vault {
        &["vault", "vaults"]
    } else {
        &["secret", "secrets"]
    };
    nouns.contains(&noun) && (verb == "*" || verbs.contains(&verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(scopes: &[&str], operation: Operation) -> bool {
        Scopes::parse(scopes.iter().map(|s| (*s).to_owned()).collect())
            .unwrap()
            .allow(operation)
    }

    #[test]
    fn agt_06_scopes_nobody_understands_allow_nothing() {
        assert!(allows(&[], Operation::SecretRead));
        assert!(!allows(&["whatever"], Operation::SecretRead));
        assert!(!allows(&["db/**"], Operation::SecretRead));
        assert!(!allows(&["SECRET:READ"], Operation::SecretRead));
    }

    #[test]
    fn labels_name_operations() {
        for label in ["secrets:read", "secret.read", "secret:*"] {
            assert!(allows(&[label], Operation::SecretRead), "{label}");
        }
        assert!(allows(&["secret:write"], Operation::SecretDelete));
        assert!(!allows(&["secret:write"], Operation::SecretRead));
        assert!(!allows(&["vault:*"], Operation::SecretRead));
    }
}
