//! Secrets and their versions.

mod find;
mod list;
mod lock;
mod read;
mod reserve;
mod rows;
mod write;
