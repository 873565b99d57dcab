//! A real SMTP listener on loopback, which keeps what it receives and can misbehave.

mod conversation;
mod mailbox;
mod received;
mod tls;

pub use mailbox::{Behaviour, Encryption, Mailbox};
pub use received::Received;
