//! Why something is refused.

/// How a refusal is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// The caller may not know that the thing exists: told as if it did not (404).
    Concealed,
    /// The caller may know, but may not (403).
    Forbidden(Missing),
}

/// What the caller lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Any grant on the vault.
    Grant,
    /// The right to manage the vault.
    Management,
    /// A scope of the credential that names the operation.
    Scope,
    /// A credential without limits.
    UnlimitedCredential,
    /// Being a person: agents have no account.
    Person,
    /// Being the server itself.
    System,
}

impl Missing {
    /// One word for audit events.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Grant => "no_grant",
            Self::Management => "not_manager",
            Self::Scope => "scope",
            Self::UnlimitedCredential => "limited_credential",
            Self::Person => "users_only",
            Self::System => "system_only",
        }
    }
}
