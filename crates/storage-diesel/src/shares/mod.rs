//! Shares.

mod find;
mod list;
mod read;
mod rows;
mod write;
