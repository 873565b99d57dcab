//! Secrets and their versions.

mod delete;
mod find;
mod list;
mod lock;
mod read;
mod reserve;
mod rows;
mod under_key;
mod write;

pub(crate) use rows::{VersionRow, cmek_of, path_of};
