//! The storage contract: what a store must do, and nothing of how.
//!
//! Owns the repository traits (one per noun), the unit of work, and the rule that a write asks for
//! a proof of access and a commit for its audit event. Must never know SQL, connections, or why a
//! caller was let in.

mod access;
mod agents;
mod api_keys;
mod attempts;
mod audit;
mod billing;
mod chains;
mod cmek;
mod devices;
mod enrollments;
mod error;
mod export;
mod guarded;
mod housekeeping;
mod identities;
mod installation;
mod invites;
mod ip_rules;
mod journal;
mod keys;
mod members;
mod orgs;
mod outbox;
mod policies;
mod proofs;
mod second_factors;
mod secrets;
mod sessions;
mod shares;
mod signups;
mod store;
mod users;
mod vaults;

pub use access::{
    AgentFacts, CredentialRef, KeyFacts, PrincipalFacts, ReadAccess, SessionFacts, StandingFacts,
};
pub use agents::{AgentCursor, ReadAgents, WriteAgents};
pub use api_keys::{ApiKeyLogin, ReadApiKeys, WriteApiKeys};
pub use attempts::{AttemptKey, Attempts};
pub use audit::{EventFilter, ReadAudit, RecordedAccess};
pub use billing::{
    BilledOrg, CreditChange, Holdings, MonthUsage, PaidPlan, PaidPlanOutcome, ReadBilling,
    SubscriptionState, WriteBilling,
};
pub use chains::{ChainKeeper, Chains, StoredChainKey};
pub use cmek::{JobProgress, ReadCmek, WriteCmek};
pub use devices::{NewDeviceGrant, ReadDevices, WriteDevices};
pub use enrollments::{NewEnrollment, ReadEnrollments, WriteEnrollments};
pub use error::StorageError;
pub use export::{ExportedSecret, ReadExport};
pub use guarded::{Guarded, Sighting};
pub use housekeeping::Stale;
pub use identities::WriteIdentities;
pub use installation::{ChangedSetting, ListedUser, ReadInstallation, WriteInstallation};
pub use invites::{InviteCursor, ReadInvites, WriteInvites};
pub use ip_rules::{IpRuleCursor, ReadIpRules, WriteIpRules};
pub use journal::{Admission, CountedRead, JournalEntry};
pub use keys::{KeyPurpose, ReadKeys, StoredKey, WrappedKey, WrappedOwner, WriteKeys};
pub use members::{MemberCursor, ReadMembers, WriteMembers};
pub use orgs::{LockMode, OrgGone, WriteOrgs};
pub use outbox::{ClaimedMail, MailOutcome, MailSubject, NewMail, WriteOutbox};
pub use policies::{DeletedPolicy, PolicyCursor, ReadPolicies, WritePolicies};
pub use proofs::{NewProof, Proof, WriteProofs};
pub use second_factors::{ReadSecondFactors, SecondFactor, WriteSecondFactors};
pub use secrets::{NewVersion, ReadSecrets, Reserved, SealedVersion, VaultSeal, WriteSecrets};
pub use sessions::{NewRefreshToken, RefreshToken, WriteSessions};
pub use shares::{ReadShares, ShareCursor, SharedSecret, WriteShares};
pub use signups::{PendingSignup, WriteSignups};
pub use store::{Committed, Reader, Recorded, Store, StoreStatistics, Tx};
pub use users::{LoginCandidate, Profile, ProfileChanges, ReadUsers, Voided, WriteUsers};
pub use vaults::{NewVault, ReadVaults, VaultCursor, VaultGone, WriteVaults};
