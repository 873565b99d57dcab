//! Shares.

mod end;
mod find;
mod list;
mod read;
mod rows;
mod write;
