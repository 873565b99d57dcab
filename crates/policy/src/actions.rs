//! Every action there is: its name in the audit log, what it is done to, and its rule.

use crate::target::{Account, Installation, OrgScope, SecretAt, Target, VaultScope};
use oneclaw_domain::Operation;

/// Something that can be done.
pub trait Action: Send + Sync + 'static {
    /// Its name in audit events (contract 17).
    const NAME: &'static str;
    /// Who may do it.
    const RULE: Rule;
    /// What it is done to.
    type On: Target;
}

/// Who may do an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// The person whose account it is.
    OwnAccount,
    /// The person whose account it is, with a credential that was not limited: a limited key must
    /// not make a stronger one.
    OwnAccountUnlimited,
    /// Any user or agent of the organization.
    Member(Operation),
    /// Who holds any grant on the vault, or manages it.
    AnyGrant(Operation),
    /// Who manages the vault.
    VaultManager(Operation),
    /// Who holds the permission on the path, or manages the vault.
    OnPath(Operation),
    /// Nobody who calls: only the server's own work.
    SystemOnly,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal on $target:ty, $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Action for $name {
            const NAME: &'static str = $text;
            const RULE: Rule = $rule;
            type On = $target;
        }
    )*};
}

actions! {
    /// Makes an account, and an organization for it.
    SignUp = "user.signup" on Account, Rule::SystemOnly;
    /// Opens a session for somebody who proved who they are.
    LogIn = "auth.success" on Account, Rule::SystemOnly;
    /// Ends a session whose refresh token was stolen.
    EndSession = "auth.failure" on Account, Rule::SystemOnly;
    /// Makes, wraps and rotates the installation's keys.
    ManageKeys = "admin.keys" on Installation, Rule::SystemOnly;

    /// Gets a fresh token of the same session.
    RefreshSession = "auth.refresh" on Account, Rule::OwnAccount;
    /// Ends an access token before its time.
    RevokeToken = "auth.token_revoke" on Account, Rule::OwnAccount;
    /// Shows a person's own profile.
    ReadProfile = "user.read" on Account, Rule::OwnAccount;
    /// Changes a person's own profile.
    UpdateProfile = "user.update" on Account, Rule::OwnAccountUnlimited;
    /// Changes a person's own password.
    ChangePassword = "user.password_change" on Account, Rule::OwnAccountUnlimited;
    /// Makes a personal API key.
    CreateApiKey = "api_key.create" on Account, Rule::OwnAccountUnlimited;
    /// Shows a person's own API keys.
    ListApiKeys = "api_key.list" on Account, Rule::OwnAccount;
    /// Revokes a personal API key.
    RevokeApiKey = "api_key.revoke" on Account, Rule::OwnAccountUnlimited;

    /// Makes a vault.
    CreateVault = "vault.create" on OrgScope, Rule::Member(Operation::VaultWrite);
    /// Shows the vaults that the caller may see.
    ListVaults = "vault.list" on OrgScope, Rule::Member(Operation::VaultRead);
    /// Shows a vault.
    ReadVault = "vault.read" on VaultScope, Rule::AnyGrant(Operation::VaultRead);
    /// Deletes a vault and all that is in it.
    DeleteVault = "vault.delete" on VaultScope, Rule::VaultManager(Operation::VaultDelete);

    /// Shows which secrets a vault has, without values.
    ListSecrets = "secret.list" on VaultScope, Rule::AnyGrant(Operation::SecretRead);
    /// Gives out a value.
    ReadSecret = "secret.read" on SecretAt, Rule::OnPath(Operation::SecretRead);
    /// Shows which versions a secret has, without values.
    ListVersions = "secret.versions" on SecretAt, Rule::OnPath(Operation::SecretRead);
    /// Writes a new version.
    WriteSecret = "secret.write" on SecretAt, Rule::OnPath(Operation::SecretWrite);
    /// Writes a new version whose value the server makes.
    RotateSecret = "secret.rotate" on SecretAt, Rule::OnPath(Operation::SecretWrite);
    /// Deletes a path with all its versions.
    DeleteSecret = "secret.delete" on SecretAt, Rule::OnPath(Operation::SecretDelete);
    /// Disables one version.
    DisableVersion = "secret.version_disable" on SecretAt, Rule::OnPath(Operation::SecretDelete);
}
