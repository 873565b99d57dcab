//! A connection for reading.

use crate::session::Session;
use oneclaw_storage::{
    ReadAccess, ReadApiKeys, ReadKeys, ReadSecrets, ReadUsers, ReadVaults, Reader,
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
}
