//! Rules about the addresses that an organization's callers come from.

mod admin;
mod create;
mod delete;
mod list;
mod service;

pub use admin::IpRuleAdmin;
pub use create::CreateIpRuleCommand;
pub use service::IpRules;
