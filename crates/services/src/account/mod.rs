//! A person's own account.

mod service;
mod show;
mod update;

pub use service::Accounts;
pub use update::ProfileChange;
