//! What goes out: mail by SMTP or into a folder, and questions for issuers' keys.
//!
//! Owns how a letter becomes a message (RFC 5322) and how that leaves the process, and what makes an
//! id token of an OpenID Connect issuer hold. Must never know why a letter is sent or who logs in, a
//! store, or a route, and it logs nothing: what failed goes back as an error that holds neither
//! address nor content.

mod compose;
mod folder;
#[cfg(feature = "oidc")]
mod oidc;
mod sender;
#[cfg(feature = "smtp")]
mod smtp;

pub use folder::FolderMailer;
#[cfg(feature = "oidc")]
pub use oidc::{OidcIssuer, OidcVerifier, UnusableIssuer};
pub use sender::{InvalidSender, Sender};
#[cfg(feature = "smtp")]
pub use smtp::{SmtpMailer, SmtpSettings, SmtpTls, SmtpUser, UnusableSmtp};
