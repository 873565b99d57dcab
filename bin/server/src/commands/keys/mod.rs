//! `oneclaw keys`: the master key, and the keys that sign tokens and audit chains.

mod backup_path;
mod rotate_audit;
mod rotate_master;
mod rotate_signing;
mod status;

pub(crate) use backup_path::run as backup_path;
pub(crate) use rotate_audit::run as rotate_audit;
pub(crate) use rotate_master::run as rotate_master;
pub(crate) use rotate_signing::run as rotate_signing;
pub(crate) use status::run as status;
