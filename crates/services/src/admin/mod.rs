//! What is done by who runs the installation: over the network, and from the server's own machine.

mod administrator;
mod appoint;
mod bootstrap;
mod credits;
mod delete_setting;
mod delete_user;
mod limits;
mod list_settings;
mod list_users;
mod operator;
mod put_setting;
mod reset_usage;
mod service;
mod setting;
mod tier;

pub use administrator::Administrator;
pub use bootstrap::{BootstrapCommand, Bootstrapped};
pub use credits::CreditsCommand;
pub use limits::{AllowedOrg, LimitsCommand};
pub use list_users::{AdministeredUser, UserList};
pub use operator::Operator;
pub use reset_usage::OrgUsageReset;
pub use service::Admin;
pub(crate) use setting::KnownSetting;
pub use setting::{SettingKey, SettingValue};
pub use tier::TierCommand;
