//! What goes out: mail by SMTP, or into a folder.
//!
//! Owns how a letter becomes a message (RFC 5322) and how that leaves the process. Must never know
//! why it is sent, a store, or a route, and it logs nothing: what failed goes back as an error that
//! holds neither address nor content.

mod compose;
mod folder;
mod sender;
#[cfg(feature = "smtp")]
mod smtp;

pub use folder::FolderMailer;
pub use sender::{InvalidSender, Sender};
#[cfg(feature = "smtp")]
pub use smtp::{SmtpMailer, SmtpSettings, SmtpTls, SmtpUser, UnusableSmtp};
