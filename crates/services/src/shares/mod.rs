//! Secrets given to people, agents, addresses and whoever has a link.

mod answer;
mod create;
mod ending;
mod list;
mod mail;
mod maker;
mod names;
mod notice;
mod other_site;
mod passphrase;
mod preview;
mod read;
mod reader;
mod revoke;
mod service;
mod sought;

pub use create::{CreateShareCommand, ShareTo, ShareUntil};
pub(crate) use ending::{cancel_mail_of, end_shares_of};
pub use preview::SharePreview;
pub use read::SharedValue;
pub use service::Shares;
pub use sought::ReadShareCommand;
