//! A person's own account.

mod change_email;
mod delete;
mod end;
mod export;
mod service;
mod settings;
mod show;
mod update;
mod verify_email_change;

pub use change_email::EmailChangeAsked;
pub(crate) use end::LastOf;
pub use export::Export;
pub use service::Accounts;
pub use settings::AccountSettings;
pub use update::ProfileChange;
