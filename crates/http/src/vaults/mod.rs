//! Vaults.

mod create;
mod delete;
mod find_agent_keys;
mod list;
mod response;
mod routes;
mod show;

pub(crate) use response::VaultResponse;
pub(crate) use routes::ROUTES;
