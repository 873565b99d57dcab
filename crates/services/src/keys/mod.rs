//! The installation's keys: found or made at start, kept in memory, rotated by the operator.

mod admin;
mod found;
mod room;
mod signing;
mod vault_keys;

pub use admin::{KeyAdmin, MasterRotation, SigningRotation};
pub(crate) use room::KeyRoom;
pub use room::PublicKeys;
pub(crate) use vault_keys::{Place, VaultKeys};
