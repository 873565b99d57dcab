//! A store, its units of work and its readers.

use crate::{
    Admission, AttemptKey, Attempts, Chains, ClaimedMail, JournalEntry, MailOutcome, ReadAccess,
    ReadAgents, ReadApiKeys, ReadAudit, ReadBilling, ReadCmek, ReadDevices, ReadEnrollments,
    ReadExport, ReadInstallation, ReadInvites, ReadIpRules, ReadKeys, ReadMembers, ReadPolicies,
    ReadSecondFactors, ReadSecrets, ReadShares, ReadUsers, ReadVaults, Stale, StorageError,
    WriteAgents, WriteApiKeys, WriteBilling, WriteCmek, WriteDevices, WriteEnrollments,
    WriteIdentities, WriteInstallation, WriteInvites, WriteIpRules, WriteKeys, WriteMembers,
    WriteOrgs, WriteOutbox, WritePolicies, WriteProofs, WriteSecondFactors, WriteSecrets,
    WriteSessions, WriteShares, WriteSignups, WriteUsers, WriteVaults,
};
use async_trait::async_trait;
use oneclaw_domain::{AuditEvent, MailId, OrgId, Quota, Timestamp};
use uuid::Uuid;

/// A place where everything is kept.
#[async_trait]
pub trait Store: Chains + Send + Sync {
    /// What it is, for people: no credentials.
    fn describe(&self) -> String;

    /// Begins a unit of work.
    async fn begin(&self) -> Result<Box<dyn Tx>, StorageError>;

    /// A connection for reading.
    async fn read(&self) -> Result<Box<dyn Reader>, StorageError>;

    /// Writes a batch of events and counts its reads in one commit, on disk when it returns; one
    /// admission per entry, in order.
    async fn append(&self, batch: &[JournalEntry]) -> Result<Vec<Admission>, StorageError>;

    /// How an organization stood with its quota at the last commit of this process that metered it.
    fn last_quota(&self, org: OrgId) -> Option<Quota>;

    /// Counts a try in a window that begins with the first one, and once more with the first one
    /// beyond `tries`: from there the wait is whole. Atomic over all instances.
    async fn count_attempt(
        &self,
        key: AttemptKey,
        now: Timestamp,
        tries: i64,
        window_seconds: i64,
    ) -> Result<Attempts, StorageError>;

    /// How many tries stand in a window that is not over; asking counts nothing.
    async fn attempts_so_far(&self, key: AttemptKey, now: Timestamp) -> Result<i64, StorageError>;

    /// Gives back one try that was counted, because it was none.
    async fn give_back_attempt(&self, key: AttemptKey) -> Result<(), StorageError>;

    /// Forgets the tries.
    async fn clear_attempts(&self, key: AttemptKey) -> Result<(), StorageError>;

    /// Takes or renews a lease until `until`; tells whether `holder` has it.
    async fn lease(
        &self,
        name: &str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Gives a lease back.
    async fn release_lease(&self, name: &str, holder: Uuid) -> Result<(), StorageError>;

    /// Takes up to `many` mails that are due for `holder`, the longest waiting first: nobody else
    /// gets them before `until`, and each counts as tried once more.
    async fn claim_mail(
        &self,
        many: i64,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ClaimedMail>, StorageError>;

    /// Says what became of a mail. Tells whether it was still `holder`'s: a holder that was
    /// overtaken, and a mail that was cancelled meanwhile, change nothing.
    async fn settle_mail(
        &self,
        mail: MailId,
        holder: Uuid,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Takes up to `many` rows of one kind that ended at `before` or earlier, in one short commit,
    /// and tells how many there were: fewer than `many` = no more are left. Rows that somebody else
    /// works at are left for another time. Nothing depends on it but space.
    async fn sweep(&self, stale: Stale, before: Timestamp, many: i64) -> Result<u64, StorageError>;

    /// When the newest event was written, of whatever organization and instance.
    async fn last_event_at(&self) -> Result<Option<Timestamp>, StorageError>;

    /// Whether it answers, and can be written to.
    async fn ping(&self) -> Result<(), StorageError>;

    /// What it has done since it was opened.
    fn statistics(&self) -> StoreStatistics;
}

/// Counters since a store was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StoreStatistics {
    /// Statements sent by readers: round trips of reads.
    pub read_round_trips: u64,
    /// Statements sent by units of work, begin and commit included; those of the journal are not
    /// among them.
    pub write_round_trips: u64,
    /// Commits of the journal.
    pub journal_commits: u64,
    /// Events in those commits.
    pub journal_events: u64,
}

/// A connection for reading. Each call is one statement, but for a standing, which takes three, for
/// lists of paths by policies, which take one for each range or batch, and for a page of a ledger with
/// how many lines there are, which takes two.
pub trait Reader: Send {
    /// What decides access.
    fn access(&mut self) -> &mut dyn ReadAccess;
    /// Accounts.
    fn users(&mut self) -> &mut dyn ReadUsers;
    /// API keys.
    fn api_keys(&mut self) -> &mut dyn ReadApiKeys;
    /// Vaults.
    fn vaults(&mut self) -> &mut dyn ReadVaults;
    /// Secrets.
    fn secrets(&mut self) -> &mut dyn ReadSecrets;
    /// Keys.
    fn keys(&mut self) -> &mut dyn ReadKeys;
    /// Policies.
    fn policies(&mut self) -> &mut dyn ReadPolicies;
    /// Agents.
    fn agents(&mut self) -> &mut dyn ReadAgents;
    /// Members.
    fn members(&mut self) -> &mut dyn ReadMembers;
    /// Invitations.
    fn invites(&mut self) -> &mut dyn ReadInvites;
    /// Rules about callers' addresses.
    fn ip_rules(&mut self) -> &mut dyn ReadIpRules;
    /// Agents that ask to be registered.
    fn enrollments(&mut self) -> &mut dyn ReadEnrollments;
    /// What was done.
    fn audit(&mut self) -> &mut dyn ReadAudit;
    /// Shares.
    fn shares(&mut self) -> &mut dyn ReadShares;
    /// Second factors.
    fn second_factors(&mut self) -> &mut dyn ReadSecondFactors;
    /// Devices that ask to be logged in.
    fn devices(&mut self) -> &mut dyn ReadDevices;
    /// Rotations of customers' keys.
    fn cmek(&mut self) -> &mut dyn ReadCmek;
    /// What a person takes along.
    fn export(&mut self) -> &mut dyn ReadExport;
    /// Usage, plans and credits.
    fn billing(&mut self) -> &mut dyn ReadBilling;
    /// The installation as a whole.
    fn installation(&mut self) -> &mut dyn ReadInstallation;
}

/// A unit of work: all of it or nothing. Dropped without a commit it leaves no trace.
#[async_trait]
pub trait Tx: Send {
    /// What decides access, as this unit of work sees it.
    fn access(&mut self) -> &mut dyn ReadAccess;
    /// Organizations.
    fn orgs(&mut self) -> &mut dyn WriteOrgs;
    /// Accounts.
    fn users(&mut self) -> &mut dyn WriteUsers;
    /// Sessions.
    fn sessions(&mut self) -> &mut dyn WriteSessions;
    /// API keys.
    fn api_keys(&mut self) -> &mut dyn WriteApiKeys;
    /// Vaults.
    fn vaults(&mut self) -> &mut dyn WriteVaults;
    /// Secrets.
    fn secrets(&mut self) -> &mut dyn WriteSecrets;
    /// Keys.
    fn keys(&mut self) -> &mut dyn WriteKeys;
    /// Policies.
    fn policies(&mut self) -> &mut dyn WritePolicies;
    /// Agents.
    fn agents(&mut self) -> &mut dyn WriteAgents;
    /// Members.
    fn members(&mut self) -> &mut dyn WriteMembers;
    /// Invitations.
    fn invites(&mut self) -> &mut dyn WriteInvites;
    /// Rules about callers' addresses.
    fn ip_rules(&mut self) -> &mut dyn WriteIpRules;
    /// Agents that ask to be registered.
    fn enrollments(&mut self) -> &mut dyn WriteEnrollments;
    /// Shares.
    fn shares(&mut self) -> &mut dyn WriteShares;
    /// Accounts that wait for their address to be proved.
    fn signups(&mut self) -> &mut dyn WriteSignups;
    /// What people prove something about their accounts with.
    fn proofs(&mut self) -> &mut dyn WriteProofs;
    /// Second factors.
    fn second_factors(&mut self) -> &mut dyn WriteSecondFactors;
    /// Devices that ask to be logged in.
    fn devices(&mut self) -> &mut dyn WriteDevices;
    /// Who people are to OpenID Connect issuers.
    fn identities(&mut self) -> &mut dyn WriteIdentities;
    /// Customers' keys.
    fn cmek(&mut self) -> &mut dyn WriteCmek;
    /// Plans and credits.
    fn billing(&mut self) -> &mut dyn WriteBilling;
    /// The installation as a whole.
    fn installation(&mut self) -> &mut dyn WriteInstallation;
    /// Mail that this unit of work causes.
    fn outbox(&mut self) -> &mut dyn WriteOutbox;

    /// Writes the event with the usage that it stands for, links it into its chain, and commits; on
    /// disk when it returns. [`StorageError::Unpaid`] where the quota is spent: then nothing is.
    async fn commit(self: Box<Self>, event: AuditEvent) -> Result<Committed, StorageError>;
}

/// Proof that a unit of work and its event are on disk.
#[must_use]
#[derive(Debug)]
pub struct Committed(());

impl Committed {
    /// For implementations of [`Tx::commit`] alone, after the commit was acknowledged.
    pub const fn attest() -> Self {
        Self(())
    }

    /// What the unit of work made, now that it is true.
    pub fn yields<T>(self, value: T) -> Recorded<T> {
        Recorded(value)
    }
}

/// Something that was committed together with its audit event.
#[must_use]
#[derive(Debug)]
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    /// The thing, for the answer.
    pub fn into_inner(self) -> T {
        self.0
    }
}
