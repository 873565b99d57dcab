//! Vaults.

mod create;
mod delete;
mod list;
mod service;
mod show;

pub use create::CreateVaultCommand;
pub(crate) use create::claim;
pub use service::Vaults;
