//! What the server is told: flags before `ONECLAW_*` variables before a file before defaults.

mod arguments;
mod database_url;
#[cfg(test)]
mod documented;
mod environment;
mod error;
mod file;
mod given;
mod in_force;
mod issuers;
mod keeping;
mod limits;
mod log_filter;
mod mail;
mod origin;
mod parse;
mod plans;
mod setting;
pub(crate) mod settings;
mod stripe;
mod values;

pub(crate) use arguments::Arguments;
pub(crate) use environment::unknown_variables;
pub(crate) use in_force::{Configuration, LogFormat, MasterKeySource, Watching, url_of};
pub(crate) use limits::Limits;
pub(crate) use log_filter::LogFilter;
pub(crate) use mail::{Mail, Way};
pub(crate) use values::InForce;
