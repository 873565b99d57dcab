//! Taking the log along, and checking afterwards that what was taken is whole.

mod begin;
mod csv;
mod file;
mod lines;
mod stream;

pub(in crate::audit) use begin::{Begun, described, operator};
pub use begin::{ExportAuditCommand, ExportFormat};
pub use file::{FileFlaw, FileVerdict, LogFile};
pub use stream::AuditExport;
