//! What was done: its chains, and who may look at them.

mod admin;
mod check;
mod export;
mod keeper;
mod keys;
mod list;
mod prune;
mod service;
mod start;
mod verify;
mod walk;

pub use admin::AuditAdmin;
pub use check::{ChainCheck, Stretch};
pub use export::{AuditExport, ExportAuditCommand, ExportFormat, FileFlaw, FileVerdict, LogFile};
pub(crate) use keeper::Keeper;
pub(crate) use keys::{first_key, key_context};
pub use list::{ListEventsCommand, ListedEvents};
pub use service::Audit;
use start::NOTICE;
pub(crate) use start::{keep, next_key, start};
pub use walk::Flaw;
