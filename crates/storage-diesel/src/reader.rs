//! A connection for reading.

use crate::session::Session;
use oneclaw_storage::{
    ReadAccess, ReadAgents, ReadApiKeys, ReadAudit, ReadBilling, ReadCmek, ReadDevices,
    ReadEnrollments, ReadExport, ReadInstallation, ReadInvites, ReadIpRules, ReadKeys, ReadMembers,
    ReadPolicies, ReadSecondFactors, ReadSecrets, ReadShares, ReadUsers, ReadVaults, Reader,
};

/// Reads, a statement at a time.
pub(crate) struct DieselReader(pub(crate) Session);

impl Reader for DieselReader {
    fn access(&mut self) -> &mut dyn ReadAccess {
        &mut self.0
    }

    fn users(&mut self) -> &mut dyn ReadUsers {
        &mut self.0
    }

    fn api_keys(&mut self) -> &mut dyn ReadApiKeys {
        &mut self.0
    }

    fn vaults(&mut self) -> &mut dyn ReadVaults {
        &mut self.0
    }

    fn secrets(&mut self) -> &mut dyn ReadSecrets {
        &mut self.0
    }

    fn keys(&mut self) -> &mut dyn ReadKeys {
        &mut self.0
    }

    fn policies(&mut self) -> &mut dyn ReadPolicies {
        &mut self.0
    }

    fn agents(&mut self) -> &mut dyn ReadAgents {
        &mut self.0
    }

    fn members(&mut self) -> &mut dyn ReadMembers {
        &mut self.0
    }

    fn invites(&mut self) -> &mut dyn ReadInvites {
        &mut self.0
    }

    fn ip_rules(&mut self) -> &mut dyn ReadIpRules {
        &mut self.0
    }

    fn enrollments(&mut self) -> &mut dyn ReadEnrollments {
        &mut self.0
    }

    fn audit(&mut self) -> &mut dyn ReadAudit {
        &mut self.0
    }

    fn shares(&mut self) -> &mut dyn ReadShares {
        &mut self.0
    }

    fn second_factors(&mut self) -> &mut dyn ReadSecondFactors {
        &mut self.0
    }

    fn devices(&mut self) -> &mut dyn ReadDevices {
        &mut self.0
    }

    fn cmek(&mut self) -> &mut dyn ReadCmek {
        &mut self.0
    }

    fn billing(&mut self) -> &mut dyn ReadBilling {
        &mut self.0
    }

    fn installation(&mut self) -> &mut dyn ReadInstallation {
        &mut self.0
    }

    fn export(&mut self) -> &mut dyn ReadExport {
        &mut self.0
    }
}
