//! Members of an organization.

mod change_role;
mod list;
mod remove;
mod service;

pub use service::Members;
