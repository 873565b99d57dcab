//! A unit of work.

use crate::session::Session;
use async_trait::async_trait;
use oneclaw_domain::AuditEvent;
use oneclaw_storage::{
    Committed, JournalEntry, ReadAccess, StorageError, Tx, WriteAgents, WriteApiKeys, WriteBilling,
    WriteCmek, WriteDevices, WriteEnrollments, WriteIdentities, WriteInstallation, WriteInvites,
    WriteIpRules, WriteKeys, WriteMembers, WriteOrgs, WriteOutbox, WritePolicies, WriteProofs,
    WriteSecondFactors, WriteSecrets, WriteSessions, WriteShares, WriteSignups, WriteUsers,
    WriteVaults,
};

/// A session in a transaction. Dropped without a commit, its connection rolls back.
pub(crate) struct DieselTx(pub(crate) Session);

#[async_trait]
impl Tx for DieselTx {
    fn access(&mut self) -> &mut dyn ReadAccess {
        &mut self.0
    }

    fn orgs(&mut self) -> &mut dyn WriteOrgs {
        &mut self.0
    }

    fn users(&mut self) -> &mut dyn WriteUsers {
        &mut self.0
    }

    fn sessions(&mut self) -> &mut dyn WriteSessions {
        &mut self.0
    }

    fn api_keys(&mut self) -> &mut dyn WriteApiKeys {
        &mut self.0
    }

    fn vaults(&mut self) -> &mut dyn WriteVaults {
        &mut self.0
    }

    fn secrets(&mut self) -> &mut dyn WriteSecrets {
        &mut self.0
    }

    fn keys(&mut self) -> &mut dyn WriteKeys {
        &mut self.0
    }

    fn policies(&mut self) -> &mut dyn WritePolicies {
        &mut self.0
    }

    fn agents(&mut self) -> &mut dyn WriteAgents {
        &mut self.0
    }

    fn members(&mut self) -> &mut dyn WriteMembers {
        &mut self.0
    }

    fn invites(&mut self) -> &mut dyn WriteInvites {
        &mut self.0
    }

    fn ip_rules(&mut self) -> &mut dyn WriteIpRules {
        &mut self.0
    }

    fn enrollments(&mut self) -> &mut dyn WriteEnrollments {
        &mut self.0
    }

    fn shares(&mut self) -> &mut dyn WriteShares {
        &mut self.0
    }

    fn signups(&mut self) -> &mut dyn WriteSignups {
        &mut self.0
    }

    fn proofs(&mut self) -> &mut dyn WriteProofs {
        &mut self.0
    }

    fn second_factors(&mut self) -> &mut dyn WriteSecondFactors {
        &mut self.0
    }

    fn devices(&mut self) -> &mut dyn WriteDevices {
        &mut self.0
    }

    fn identities(&mut self) -> &mut dyn WriteIdentities {
        &mut self.0
    }

    fn cmek(&mut self) -> &mut dyn WriteCmek {
        &mut self.0
    }

    fn billing(&mut self) -> &mut dyn WriteBilling {
        &mut self.0
    }

    fn installation(&mut self) -> &mut dyn WriteInstallation {
        &mut self.0
    }

    fn outbox(&mut self) -> &mut dyn WriteOutbox {
        &mut self.0
    }

    async fn commit(mut self: Box<Self>, event: AuditEvent) -> Result<Committed, StorageError> {
        let entry = JournalEntry { event, read: None };
        let recorded = self.0.record(entry).await?;
        self.0.commit_recorded(recorded).await?;
        Ok(Committed::attest())
    }
}
