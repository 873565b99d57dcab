//! What is known of who asks, at one moment.

use oneclaw_domain::{OrgId, Principal, Role, Scopes};

/// With what somebody proved who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialKind {
    /// A token from a login.
    Login,
    /// An API key, or a token that came from one.
    ApiKey,
}

/// What is known of a living principal at one epoch of its organization.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Who.
    pub principal: Principal,
    /// The organization it belongs to.
    pub org: OrgId,
    /// Its role; agents have none.
    pub role: Option<Role>,
    /// With what it came.
    pub credential: CredentialKind,
    /// What that credential is limited to.
    pub scopes: Scopes,
}
