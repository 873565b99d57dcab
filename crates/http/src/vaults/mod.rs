//! Vaults.

mod create;
mod delete;
mod list;
mod response;
mod routes;
mod show;

pub(crate) use routes::ROUTES;
