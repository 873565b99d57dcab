//! Every action there is: its name in the audit log, what it is done to, and its rule.

use crate::target::{
    Account, Administered, AgentAt, AuditLog, Installation, InviteAs, MemberAt, MemberRole,
    OrgScope, SecretAt, ShareAt, Target, VaultScope,
};
use oneclaw_domain::{Operation, Permission};

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
    /// The person whose account it is, by a login or a device that they let in, and no API key.
    OwnSession,
    /// The same, by a login alone.
    OwnLogin,
    /// Any person of the organization, with a credential that was not limited.
    Person,
    /// The same, by a login and no API key.
    LoggedIn,
    /// The organization's owners and admins, with a credential that was not limited.
    OrgManager,
    /// The organization's owners and admins; what gives or takes ownership, owners alone.
    GivesRole,
    /// As [`Rule::GivesRole`], and everybody about themselves where no role is given.
    Membership,
    /// The person who registered the agent, and the organization's owners and admins.
    AgentKeeper,
    /// Any person of the organization, and the agent itself.
    PersonOrItself,
    /// The agent itself.
    Itself,
    /// Any user or agent of the organization.
    Member(Operation),
    /// Any user of the organization, and agents that are not bound to vaults.
    Unbound(Operation),
    /// Who holds any grant on the vault, or manages it.
    AnyGrant(Operation),
    /// Who manages the vault.
    VaultManager(Operation),
    /// Who manages the vault, people with a credential that was not limited: a limited key must not
    /// give somebody else what it lacks. Agents only where the policy is not about themselves, see
    /// [`crate::Access::may_govern`].
    GrantsAccess(Operation),
    /// The people who manage the vault, with a credential that was not limited.
    KeepsVault(Operation),
    /// Who made the share, and the organization's owners and admins; nobody else learns of it.
    ShareMaker,
    /// Who holds the permission on the path, or manages the vault.
    OnPath(Need),
    /// Any person of the organization, with a credential that was not limited, and its agents; who
    /// does not manage the organization, about themselves.
    Watcher,
    /// Owners and admins of the platform's organization, with a credential that was not limited.
    PlatformAdmin,
    /// Nobody who calls: only the server's own work.
    SystemOnly,
}

/// What an operation on a path needs (contract 4.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    /// What scopes call it.
    pub operation: Operation,
    /// The permissions of which one is needed.
    pub any_of: &'static [Permission],
}

impl Need {
    /// To get a value, and to see which versions there are.
    pub const READ: Self = Self {
        operation: Operation::SecretRead,
        any_of: &[Permission::Read],
    };
    /// To write a version.
    pub const WRITE: Self = Self {
        operation: Operation::SecretWrite,
        any_of: &[Permission::Write],
    };
    /// To delete a path, or disable a version.
    pub const DELETE: Self = Self {
        operation: Operation::SecretDelete,
        any_of: &[Permission::Delete, Permission::Write],
    };
    /// To write a version that the server makes.
    pub const ROTATE: Self = Self {
        operation: Operation::SecretWrite,
        any_of: &[Permission::Rotate, Permission::Write],
    };

    /// What a permission is for.
    pub const fn of(permission: Permission) -> Self {
        match permission {
            Permission::Read => Self::READ,
            Permission::Write => Self::WRITE,
            Permission::Delete => Self::DELETE,
            Permission::Rotate => Self::ROTATE,
        }
    }
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
    )*

    /// The name and the rule of every action, in the order in which they are declared.
    pub const ACTIONS: &[(&str, Rule)] = &[$(($text, $rule)),*];
    };
}

actions! {
    /// Makes an account, and an organization for it.
    SignUp = "user.signup" on Account, Rule::SystemOnly;
    /// Opens a session for somebody who proved who they are.
    LogIn = "auth.success" on Account, Rule::SystemOnly;
    /// Asks somebody for their second factor who proved the first one: no session comes of it yet.
    AskSecondFactor = "auth.mfa_required" on Account, Rule::SystemOnly;
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
    ChangePassword = "user.password_change" on Account, Rule::OwnSession;
    /// Makes a personal API key.
    CreateApiKey = "api_key.create" on Account, Rule::OwnAccountUnlimited;
    /// Shows a person's own API keys.
    ListApiKeys = "api_key.list" on Account, Rule::OwnAccount;
    /// Revokes a personal API key.
    RevokeApiKey = "api_key.revoke" on Account, Rule::OwnAccountUnlimited;

    /// Proves an account's address by a token that was mailed to it.
    VerifyEmail = "user.verify_email" on Account, Rule::SystemOnly;
    /// Asks for a mail by which a new password may be set.
    ForgetPassword = "user.password_forgot" on Account, Rule::SystemOnly;
    /// Sets a new password by a token that was mailed.
    ResetPassword = "user.password_reset" on Account, Rule::SystemOnly;
    /// Sets a password where there is none.
    SetPassword = "user.password_set" on Account, Rule::OwnLogin;
    /// Asks for another address, or proves it.
    ChangeEmail = "user.email_change" on Account, Rule::OwnLogin;
    /// Ties an account to somebody at an OpenID Connect issuer.
    LinkIdentity = "user.identity_link" on Account, Rule::SystemOnly;
    /// Shows a person's own settings.
    ReadSettings = "user.settings_read" on Account, Rule::OwnAccount;
    /// Changes a person's own settings.
    UpdateSettings = "user.settings_update" on Account, Rule::OwnAccountUnlimited;
    /// Gives a person what is kept of theirs, without values.
    ExportData = "user.export" on Account, Rule::OwnAccountUnlimited;
    /// Deletes a person's own account.
    DeleteAccount = "user.delete" on Account, Rule::OwnAccountUnlimited;
    /// Proves once more who somebody is, for one purpose.
    Reauthenticate = "auth.reauth" on Account, Rule::OwnAccountUnlimited;
    /// Shows whether a second factor is asked for.
    ReadMfa = "mfa.status" on Account, Rule::OwnAccount;
    /// Begins to set a second factor up.
    SetUpMfa = "mfa.setup" on Account, Rule::OwnLogin;
    /// Turns the second factor on.
    EnableMfa = "mfa.enable" on Account, Rule::OwnLogin;
    /// Turns it off.
    DisableMfa = "mfa.disable" on Account, Rule::OwnSession;
    /// Asks for a device to be logged in.
    RequestDevice = "device.request" on Installation, Rule::SystemOnly;
    /// Shows such a question to who may decide it.
    ReadDevice = "device.read" on Account, Rule::OwnLogin;
    /// Logs a device in.
    ApproveDevice = "device.approve" on Account, Rule::OwnLogin;
    /// Denies it.
    DenyDevice = "device.deny" on Account, Rule::OwnLogin;

    /// Makes a vault.
    CreateVault = "vault.create" on OrgScope, Rule::Unbound(Operation::VaultWrite);
    /// Shows the vaults that the caller may see.
    ListVaults = "vault.list" on OrgScope, Rule::Member(Operation::VaultRead);
    /// Shows a vault.
    ReadVault = "vault.read" on VaultScope, Rule::AnyGrant(Operation::VaultRead);
    /// Deletes a vault and all that is in it.
    DeleteVault = "vault.delete" on VaultScope, Rule::VaultManager(Operation::VaultDelete);

    /// Shows which secrets a vault has, without values.
    ListSecrets = "secret.list" on VaultScope, Rule::AnyGrant(Operation::SecretRead);
    /// Gives out a value.
    ReadSecret = "secret.read" on SecretAt, Rule::OnPath(Need::READ);
    /// Shows which versions a secret has, without values.
    ListVersions = "secret.versions" on SecretAt, Rule::OnPath(Need::READ);
    /// Writes a new version.
    WriteSecret = "secret.write" on SecretAt, Rule::OnPath(Need::WRITE);
    /// Writes a new version whose value the server makes.
    RotateSecret = "secret.rotate" on SecretAt, Rule::OnPath(Need::ROTATE);
    /// Deletes a path with all its versions.
    DeleteSecret = "secret.delete" on SecretAt, Rule::OnPath(Need::DELETE);
    /// Disables one version.
    DisableVersion = "secret.version_disable" on SecretAt, Rule::OnPath(Need::DELETE);

    /// Says that values come in under a customer's key.
    EnableCmek = "cmek.enable" on VaultScope, Rule::KeepsVault(Operation::VaultWrite);
    /// Says that new values come in plain.
    DisableCmek = "cmek.disable" on VaultScope, Rule::KeepsVault(Operation::VaultWrite);
    /// Brings a vault's values from one customer's key to another.
    RotateCmek = "cmek.rotate" on VaultScope, Rule::KeepsVault(Operation::VaultWrite);
    /// Shows how that stands.
    ReadCmekJob = "cmek.job_read" on VaultScope, Rule::KeepsVault(Operation::VaultRead);

    /// Shares a secret.
    CreateShare = "share.create" on SecretAt, Rule::OnPath(Need::READ);
    /// Reads what was shared. By nobody's own right: it takes the right of who shares.
    AccessShare = "share.access" on ShareAt, Rule::SystemOnly;
    /// Shows what the caller shares, or what is shared with them.
    ListShares = "share.list" on OrgScope, Rule::Member(Operation::SecretRead);
    /// Takes what is shared with the caller.
    AcceptShare = "share.accept" on OrgScope, Rule::Member(Operation::SecretRead);
    /// Refuses it.
    DeclineShare = "share.decline" on OrgScope, Rule::Member(Operation::SecretRead);
    /// Ends a share.
    RevokeShare = "share.revoke" on ShareAt, Rule::ShareMaker;

    /// Gives or denies access to paths of a vault.
    CreatePolicy = "policy.create" on VaultScope, Rule::GrantsAccess(Operation::VaultWrite);
    /// Shows the policies on a vault: all to who manages it, to others those that name them.
    ListPolicies = "policy.list" on VaultScope, Rule::AnyGrant(Operation::VaultRead);
    /// Changes what a policy says.
    UpdatePolicy = "policy.update" on VaultScope, Rule::GrantsAccess(Operation::VaultWrite);
    /// Takes a policy away.
    DeletePolicy = "policy.delete" on VaultScope, Rule::GrantsAccess(Operation::VaultWrite);
    /// Explains why somebody may or may not do something at a path.
    ExplainAccess = "policy.explain" on VaultScope, Rule::VaultManager(Operation::VaultRead);
    /// Shows which recorded accesses a change of policies would let through or stop.
    DryRunPolicy = "policy.dry_run" on VaultScope, Rule::VaultManager(Operation::VaultRead);

    /// Opens a token for an agent that showed its key.
    AgentLogIn = "auth.success" on AgentAt, Rule::SystemOnly;
    /// Registers an agent.
    RegisterAgent = "agent.register" on OrgScope, Rule::Person;
    /// Shows the organization's agents.
    ListAgents = "agent.list" on OrgScope, Rule::Person;
    /// Shows an agent.
    ReadAgent = "agent.read" on AgentAt, Rule::PersonOrItself;
    /// Shows an agent to itself.
    ReadOwnAgent = "agent.me" on AgentAt, Rule::Itself;
    /// Changes an agent.
    UpdateAgent = "agent.update" on AgentAt, Rule::AgentKeeper;
    /// Deletes an agent.
    DeleteAgent = "agent.deactivate" on AgentAt, Rule::AgentKeeper;
    /// Deletes several agents.
    DeleteAgents = "agent.batch_delete" on OrgScope, Rule::OrgManager;
    /// Gives an agent a new API key.
    RotateAgentKey = "agent.rotate_key" on AgentAt, Rule::AgentKeeper;
    /// Gives an agent new identity keys.
    RotateIdentityKeys = "agent.rotate_identity_keys" on AgentAt, Rule::AgentKeeper;
    /// Ends an agent's token before its time.
    RevokeAgentToken = "auth.token_revoke" on AgentAt, Rule::Itself;
    /// Asks for an agent to be registered.
    EnrollAgent = "agent.enroll" on Installation, Rule::SystemOnly;
    /// Shows such a request to who may decide it.
    ReadEnrollment = "agent.enroll_read" on OrgScope, Rule::LoggedIn;
    /// Approves or denies such a request.
    DecideEnrollment = "agent.enroll_decide" on OrgScope, Rule::LoggedIn;

    /// Shows the organization's members.
    ListMembers = "org.members" on OrgScope, Rule::Person;
    /// Invites somebody.
    InviteMember = "org.invite" on InviteAs, Rule::GivesRole;
    /// Shows invitations that were not accepted yet.
    ListInvites = "org.invites" on OrgScope, Rule::OrgManager;
    /// Takes an invitation back.
    CancelInvite = "org.invite_cancel" on InviteAs, Rule::GivesRole;
    /// Changes a member's role.
    ChangeMemberRole = "org.member_role" on MemberRole, Rule::GivesRole;
    /// Removes a member, or leaves.
    RemoveMember = "org.member_remove" on MemberAt, Rule::Membership;
    /// Shows which vault keeps the agents' identity keys.
    FindAgentKeysVault = "org.agent_keys_vault" on OrgScope, Rule::Person;

    /// Shows the rules about callers' addresses.
    ListIpRules = "ip_rule.list" on OrgScope, Rule::OrgManager;
    /// Adds one.
    CreateIpRule = "ip_rule.create" on OrgScope, Rule::OrgManager;
    /// Takes one away.
    DeleteIpRule = "ip_rule.delete" on OrgScope, Rule::OrgManager;

    /// Shows what was done: all to who manages the organization, to others what they did.
    ListEvents = "audit.query" on OrgScope, Rule::Watcher;
    /// Checks that nothing of it was changed, moved or taken away.
    VerifyAudit = "audit.verify" on AuditLog, Rule::OrgManager;
    /// Gives all of it out.
    ExportAudit = "audit.export" on AuditLog, Rule::OrgManager;
    /// Takes away what is older than is to be kept.
    PruneAudit = "audit.prune" on AuditLog, Rule::SystemOnly;

    /// Shows how many requests the organization made.
    ReadUsage = "billing.usage_read" on OrgScope, Rule::Person;
    /// Shows the last of them.
    ListUsage = "billing.history_read" on OrgScope, Rule::Person;
    /// Shows the organization's plan.
    ReadSubscription = "billing.subscription_read" on OrgScope, Rule::Person;
    /// Shows its credits.
    ReadCredits = "billing.credits_read" on OrgScope, Rule::Person;
    /// Shows what moved them.
    ListCreditEntries = "billing.ledger_read" on OrgScope, Rule::Person;
    /// Buys a plan.
    Subscribe = "billing.subscribe" on OrgScope, Rule::OrgManager;
    /// Opens the payment provider's pages.
    OpenPortal = "billing.portal" on OrgScope, Rule::OrgManager;
    /// Buys credits.
    TopUp = "billing.topup" on OrgScope, Rule::OrgManager;
    /// Chooses how requests beyond the limit are paid.
    SetOverageMethod = "billing.overage_method" on OrgScope, Rule::OrgManager;
    /// Shows that models are not billed here.
    ReadModelBilling = "billing.llm_read" on OrgScope, Rule::Person;
    /// Books what the payment provider says.
    BookPayment = "billing.payment" on OrgScope, Rule::SystemOnly;
    /// Books credits off whose time is over.
    ExpireCredits = "billing.credits_expire" on OrgScope, Rule::SystemOnly;

    /// Shows the installation's settings that can be changed while it runs.
    ListSettings = "admin.settings_read" on Administered, Rule::PlatformAdmin;
    /// Changes one.
    PutSetting = "admin.setting_put" on Administered, Rule::PlatformAdmin;
    /// Brings one back to its default.
    DeleteSetting = "admin.setting_delete" on Administered, Rule::PlatformAdmin;
    /// Shows everybody who has an account.
    ListUsers = "admin.users" on Administered, Rule::PlatformAdmin;
    /// Deletes somebody's account.
    DeleteUser = "admin.user_delete" on Administered, Rule::PlatformAdmin;
    /// Shows what an organization is allowed beside its plan.
    ReadOrgLimits = "admin.limits_read" on Administered, Rule::PlatformAdmin;
    /// Changes it.
    SetOrgLimits = "admin.limits" on Administered, Rule::PlatformAdmin;
    /// Gives an organization a plan.
    SetOrgTier = "admin.billing_tier" on Administered, Rule::PlatformAdmin;
    /// Gives an organization credits, or takes them.
    GrantCredits = "admin.credits" on Administered, Rule::PlatformAdmin;
    /// Counts the month's requests of all organizations from nothing.
    ResetUsage = "admin.usage_reset" on Administered, Rule::PlatformAdmin;
    /// Counts those of one organization from nothing.
    ResetOrgUsage = "admin.usage_reset_org" on Administered, Rule::PlatformAdmin;
    /// Gives somebody the run of the installation.
    AppointAdmin = "admin.appoint" on Administered, Rule::SystemOnly;
}
