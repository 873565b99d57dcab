//! The storage contract: what a store must do, and nothing of how.
//!
//! Owns the repository traits (one per noun), the unit of work, and the rule that a write asks for
//! a proof of access and a commit for its audit event. Must never know SQL, connections, or why a
//! caller was let in.

mod access;
mod api_keys;
mod attempts;
mod error;
mod guarded;
mod journal;
mod keys;
mod orgs;
mod outbox;
mod secrets;
mod sessions;
mod store;
mod users;
mod vaults;

pub use access::{CredentialRef, KeyFacts, ReadAccess, SessionFacts, StandingFacts};
pub use api_keys::{ApiKeyLogin, ReadApiKeys, WriteApiKeys};
pub use attempts::{AttemptKey, Attempts};
pub use error::StorageError;
pub use guarded::{Guarded, Sighting};
pub use journal::{Admission, CountedRead, JournalEntry};
pub use keys::{KeyPurpose, ReadKeys, StoredKey, WrappedKey, WrappedOwner, WriteKeys};
pub use orgs::{LockMode, WriteOrgs};
pub use outbox::{ClaimedMail, MailOutcome, MailSubject, NewMail, WriteOutbox};
pub use secrets::{NewVersion, ReadSecrets, Reserved, SealedVersion, WriteSecrets};
pub use sessions::{NewRefreshToken, RefreshToken, WriteSessions};
pub use store::{Committed, Reader, Recorded, Store, StoreStatistics, Tx};
pub use users::{LoginCandidate, Profile, ProfileChanges, ReadUsers, WriteUsers};
pub use vaults::{NewVault, ReadVaults, VaultCursor, WriteVaults};
