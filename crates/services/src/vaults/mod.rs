//! Vaults.

mod create;
mod delete;
mod find_agent_keys;
mod keeper;
mod list;
mod service;
mod show;

pub use create::CreateVaultCommand;
pub(crate) use create::{claim, make_key};
pub(crate) use list::VaultsSeen;
pub use service::Vaults;
