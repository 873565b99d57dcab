//! People's accounts.

mod read;
mod rows;
mod voided;
mod write;

pub(crate) use rows::UserRow;
