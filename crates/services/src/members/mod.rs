//! Members of an organization.

mod change_role;
mod list;
mod remove;
mod service;

pub use service::Members;
pub(crate) use service::keeps_an_owner;
