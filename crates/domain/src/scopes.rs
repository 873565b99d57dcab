//! What a credential was limited to when it was made.

use crate::{Invalid, PathPattern, SecretPath};

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
///
/// An agent's are of two kinds (contract 4.5): labels cut what it may do, path patterns cut where.
/// Any other string is kept and says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scopes {
    given: Vec<String>,
    labels: Vec<Label>,
    patterns: Vec<PathPattern>,
}

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
        Ok(Self::stored(scopes))
    }

    /// The scopes as they were stored.
    pub fn stored(given: Vec<String>) -> Self {
        let (mut labels, mut patterns) = (Vec::new(), Vec::new());
        for scope in &given {
            if let Some(label) = Label::read(scope) {
                labels.push(label);
            } else if let Ok(pattern) = PathPattern::parse(scope) {
                patterns.push(pattern);
            }
        }
        Self {
            given,
            labels,
            patterns,
        }
    }

    /// The scopes as they were given.
    pub fn as_slice(&self) -> &[String] {
        &self.given
    }

    /// Whether nothing was limited.
    pub fn is_unlimited(&self) -> bool {
        self.given.is_empty()
    }

    /// Whether the labels allow an operation. Scopes that nobody understands never mean
    /// "no limit": where any scope is set, a label must name the operation.
    pub fn allow(&self, operation: Operation) -> bool {
        self.is_unlimited() || self.label_for(operation)
    }

    /// Whether an agent's scopes allow an operation at all: where there are labels, one must name
    /// it. A list of which nothing is understood allows nothing: a typo must not mean "no limit".
    pub fn agent_may(&self, operation: Operation) -> bool {
        match (self.is_unlimited(), self.labels.is_empty()) {
            (true, _) => true,
            (false, true) => !self.patterns.is_empty(),
            (false, false) => self.label_for(operation),
        }
    }

    /// Whether an agent's scopes reach a path: where there are patterns, one must take it. A list
    /// of which nothing is understood reaches nothing.
    pub fn agent_covers(&self, path: &SecretPath) -> bool {
        match (self.is_unlimited(), self.patterns.is_empty()) {
            (true, _) => true,
            (false, true) => !self.labels.is_empty(),
            (false, false) => self.patterns.iter().any(|pattern| pattern.matches(path)),
        }
    }

    /// The path patterns among them, in the order given. None = no limit by path, unless
    /// [`Scopes::agent_covers`] says that nothing is understood.
    pub fn path_patterns(&self) -> Vec<PathPattern> {
        self.patterns.clone()
    }

    fn label_for(&self, operation: Operation) -> bool {
        self.labels.iter().any(|label| label.names(operation))
    }
}

/// A scope that names operations: `vault`, `vaults`, `secret` or `secrets`, then `:` or `.`, then
/// `read`, `write`, `delete` or `*` (contract 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label {
    noun: Noun,
    verb: Verb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noun {
    Vault,
    Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Read,
    Write,
    Delete,
    Every,
}

impl Label {
    fn read(scope: &str) -> Option<Self> {
        let (noun, verb) = scope.split_once([':', '.'])?;
        let noun = match noun {
            "vault" | "vaults" => Noun::Vault,
            "secret" | "secrets" => Noun::Secret,
            _ => return None,
        };
        let verb = match verb {
            "read" => Verb::Read,
            "write" => Verb::Write,
            "delete" => Verb::Delete,
            "*" => Verb::Every,
            _ => return None,
        };
        Some(Self { noun, verb })
    }

    /// `write` includes deleting and rotating.
    fn names(self, operation: Operation) -> bool {
        let (noun, verbs): (Noun, &[Verb]) = match operation {
            Operation::VaultRead => (Noun::Vault, &[Verb::Read]),
            Operation::VaultWrite => (Noun::Vault, &[Verb::Write]),
            Operation::VaultDelete => (Noun::Vault, &[Verb::Write, Verb::Delete]),
            Operation::SecretRead => (Noun::Secret, &[Verb::Read]),
            Operation::SecretWrite => (Noun::Secret, &[Verb::Write]),
            Operation::SecretDelete => (Noun::Secret, &[Verb::Write, Verb::Delete]),
        };
        self.noun == noun && (self.verb == Verb::Every || verbs.contains(&self.verb))
    }
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

    /// What an agent with these scopes may read, write and reach.
    fn agent(scopes: &[&str], path: &str) -> [bool; 3] {
        let scopes = Scopes::parse(scopes.iter().map(|s| (*s).to_owned()).collect()).unwrap();
        [
            scopes.agent_may(Operation::SecretRead),
            scopes.agent_may(Operation::SecretWrite),
            scopes.agent_covers(&SecretPath::parse(path).unwrap()),
        ]
    }

    #[test]
    fn agt_06_an_agents_scopes_only_cut() {
        for (scopes, path, can) in [
            (&[][..], "a", [true, true, true]),
            (&["prod/[ab]"], "prod/a", [false, false, false]),
            (&["Secrets:read"], "a", [false, false, false]),
            (&["x:y"], "a", [false, false, false]),
            (&["a**", "/a", "secrets:all"], "a", [false, false, false]),
            (&["x:y", "prod/*"], "prod/a", [true, true, true]),
            (&["x:y", "prod/*"], "dev/a", [true, true, false]),
            (&["secrets:read"], "a", [true, false, true]),
            (&["secret.write"], "a", [false, true, true]),
            (&["vault:*"], "a", [false, false, true]),
            (&["secrets:read", "x:y"], "a", [true, false, true]),
            (&["prod/**"], "prod", [true, true, true]),
            (&["prod/**"], "Prod/a", [true, true, false]),
            (&["prod/**", "dev/*"], "dev/a", [true, true, true]),
            (&["secret.read", "prod/**"], "prod/a", [true, false, true]),
            (&["secret.read", "prod/**"], "dev/a", [true, false, false]),
            (&["secret.Read"], "secret.Read", [true, true, true]),
            (&["secret.Read"], "a", [true, true, false]),
        ] {
            assert_eq!(agent(scopes, path), can, "{scopes:?} at {path}");
        }
    }

    #[test]
    fn patterns_among_scopes_are_told() {
        let given = ["vault.read", "db/**", "x:y", "a.b"].map(str::to_owned);
        let scopes = Scopes::parse(given.to_vec()).unwrap();
        let patterns = scopes.path_patterns();
        let shown: Vec<&str> = patterns.iter().map(PathPattern::as_str).collect();
        assert_eq!(shown, ["db/**", "a.b"]);
        assert_eq!(scopes.as_slice(), given);
    }
}
