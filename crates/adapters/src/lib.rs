//! What goes out: mail by SMTP or into a folder, questions for issuers' keys, and calls to Stripe.
//!
//! Owns how a letter becomes a message (RFC 5322) and how that leaves the process, what makes an id
//! token of an OpenID Connect issuer hold, and what an event of Stripe's says. Must never know why a
//! letter is sent, who logs in or what follows from a payment, a store, or a route, and it logs
//! nothing: what failed goes back as an error that holds neither address nor content.

mod compose;
mod folder;
#[cfg(feature = "oidc")]
mod oidc;
#[cfg(any(feature = "oidc", feature = "stripe"))]
mod outbound;
mod sender;
#[cfg(feature = "smtp")]
mod smtp;
#[cfg(feature = "stripe")]
mod stripe;

pub use folder::FolderMailer;
#[cfg(feature = "oidc")]
pub use oidc::{OidcIssuer, OidcVerifier, UnusableIssuer};
pub use sender::{InvalidSender, Sender};
#[cfg(feature = "smtp")]
pub use smtp::{SmtpMailer, SmtpSettings, SmtpTls, SmtpUser, UnusableSmtp};
#[cfg(feature = "stripe")]
pub use stripe::{StripePayments, StripePrices, StripeSettings, UnusableStripe};
