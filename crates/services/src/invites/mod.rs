//! Invitations into an organization.

mod cancel;
mod create;
mod list;
mod mail;
mod service;

pub(crate) use create::INVITE_LABEL;
pub use create::{InviteCommand, Invited};
pub use service::Invites;
